// A sign-in provider of somebody else: an OpenID Provider, and at /oauth a provider of plain OAuth 2.0. It fails as it is
// told to.
import { createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import http from 'node:http';

import { freePort } from '../stage/onward.mjs';

const base64url = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

export class Provider {
  /** `person`: the claims of who is signed in there. `token`: how the token endpoint answers: well, html, huge, slow, down. */
  static async start() {
    const provider = new Provider();
    provider.port = await freePort();
    // Another host name than the server's, so that the way there and back crosses sites, as it does in life.
    provider.issuer = `http://127.0.0.1:${provider.port}`;
    provider.person = { sub: 'u-1', name: 'Ada', email: 'ada@work.example', email_verified: true };
    provider.token = 'well';
    provider.codes = new Map();
    provider.rotate();
    provider.server = http.createServer((request, response) => provider.answer(request, response).catch((error) => response.writeHead(500).end(String(error))));
    await new Promise((done) => provider.server.listen(provider.port, '127.0.0.1', done));
    return provider;
  }

  /** A new key; the old one is gone. */
  rotate() {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.kid = randomUUID();
    this.privateKey = privateKey;
    this.jwk = { ...publicKey.export({ format: 'jwk' }), kid: this.kid, alg: 'ES256', use: 'sig' };
  }

  idToken(nonce, audience) {
    const now = Math.floor(Date.now() / 1_000);
    const claims = { iss: this.issuer, aud: audience, iat: now, exp: now + 300, nonce, ...this.person };
    const message = `${base64url({ alg: 'ES256', kid: this.kid })}.${base64url(claims)}`;
    return `${message}.${sign('sha256', Buffer.from(message), { key: this.privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
  }

  async answer(request, response) {
    const url = new URL(request.url, this.issuer);
    const json = (value, status = 200) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        return json({
          issuer: this.issuer, authorization_endpoint: `${this.issuer}/authorize`, token_endpoint: `${this.issuer}/token`,
          jwks_uri: `${this.issuer}/jwks`, authorization_response_iss_parameter_supported: true,
        });
      case '/jwks': return json({ keys: [this.jwk] });
      case '/authorize': case '/oauth/authorize': return this.ask(url, response);
      case '/token': case '/oauth/token': return this.exchange(request, response, json);
      case '/oauth/user': return json(this.person);
      default: return response.writeHead(404).end();
    }
  }

  /** The provider's own page: go on, cancel, or the error that it is told to give. */
  ask(url, response) {
    const given = Object.fromEntries(url.searchParams);
    const code = randomUUID();
    this.codes.set(code, given);
    const back = (more) => `${given.redirect_uri}?${new URLSearchParams({ state: given.state, iss: this.issuer, ...more })}`;
    const escaped = (address) => address.replaceAll('&', '&amp;');
    const form = given.response_mode === 'form_post' || this.posts
      ? `<form method="post" action="${given.redirect_uri}">${Object.entries({ state: given.state, iss: this.issuer, code }).map(([name, value]) => `<input type="hidden" name="${name}" value="${value}">`).join('')}<button id="post">Go on by post</button></form>`
      : '';
    const scripted = { error: 'server_error', error_description: '<script>document.title="taken"</script>Your account is closed' };
    response.writeHead(200, { 'content-type': 'text/html' }).end(`<!doctype html><html lang="en"><title>Provider</title><h1>Provider</h1>
      <a id="go-on" href="${escaped(back({ code }))}">Go on</a>
      <a id="cancel" href="${escaped(back({ error: 'access_denied', error_description: 'the person said no' }))}">Cancel</a>
      <a id="fail" href="${escaped(back(scripted))}">Fail</a>${form}`);
  }

  async exchange(request, response, json) {
    let body = '';
    for await (const chunk of request) body += chunk;
    switch (this.token) {
      case 'html': return response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Maintenance</h1>');
      case 'huge': return json({ huge: 'x'.repeat(10 * 1_024 * 1_024) });
      case 'slow': await new Promise((done) => setTimeout(done, 10_000)); break;
      case 'down': return response.writeHead(503).end();
      default:
    }
    const form = new URLSearchParams(body);
    const given = this.codes.get(form.get('code'));
    this.codes.delete(form.get('code'));
    const challenge = createHash('sha256').update(form.get('code_verifier') ?? '').digest('base64url');
    if (!given || given.code_challenge !== challenge) return json({ error: 'invalid_grant' }, 400);
    return json({ access_token: 'at', token_type: 'Bearer', expires_in: 60, id_token: this.idToken(given.nonce, given.client_id) });
  }

  async stop() {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }
}
