// The field's session check, for comparison: express with supertokens-node's verifySession, and express alone.
// The core is not asked to verify; its keys are served from here. Prints its port and an access token.
import { createSign, generateKeyPairSync } from 'node:crypto';
import http from 'node:http';
import express from 'express';
import SuperTokens from 'supertokens-node';
import Session from 'supertokens-node/recipe/session/index.js';
import { verifySession } from 'supertokens-node/recipe/session/framework/express/index.js';

const kid = 'd-1700000000000';
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const jwks = JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid, alg: 'RS256', use: 'sig' }] });
const core = http.createServer((request, response) => {
  response.setHeader('content-type', 'application/json');
  response.end(request.url.includes('jwks') ? jwks : JSON.stringify({ versions: ['5.4', '5.3', '5.2', '5.1', '5.0'] }));
});
await new Promise((done) => core.listen(0, '127.0.0.1', done));

SuperTokens.init({
  supertokens: { connectionURI: `http://127.0.0.1:${core.address().port}` },
  appInfo: { appName: 'Bench', apiDomain: 'http://localhost:3000', websiteDomain: 'http://localhost:3000' },
  recipeList: [Session.init()],
});

const now = Math.floor(Date.now() / 1000);
const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const claims = {
  sub: 'person', exp: now + 36_000, iat: now, sessionHandle: '01a1fe7a-2b1e-7059-b820-02ffe5919e76', refreshTokenHash1: 'a'.repeat(64),
  parentRefreshTokenHash1: null, antiCsrfToken: null, rsub: 'person', tId: 'public', iss: 'http://localhost:3000/auth',
};
const unsigned = `${part({ alg: 'RS256', typ: 'JWT', kid, version: '5' })}.${part(claims)}`;
const token = `${unsigned}.${createSign('RSA-SHA256').update(unsigned).sign(privateKey, 'base64url')}`;

const app = express();
app.get('/bare', (_, response) => response.send('ok'));
app.get('/me', verifySession(), (_, response) => response.send('ok'));
app.use((error, _, response, next) => (response.headersSent ? next(error) : response.status(500).send(String(error))));
const server = app.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port: server.address().port, token })));
