// Published client SDKs, unchanged.
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, before, test } from 'node:test';
import LogtoClient from '@logto/node';
import * as oidc from 'openid-client';

import { fillSignIn, openBrowser, submit, visit } from '../stage/browser.mjs';
import { EMAIL, Onward, freePort } from '../stage/onward.mjs';
import { Application } from '../stage/application.mjs';

let onward, browser;
before(async () => {
  onward = await Onward.start();
  onward.makeUser();
  browser = await openBrowser();
});
after(async () => { await browser?.close(); await onward?.stop(); });

test('openid-client: web, SPA and native applications', async () => {
  for (const kind of ['web', 'spa', 'native']) {
    const application = await Application.start(onward, { name: kind, kind });
    const page = await visit(browser);
    await page.goto(`${application.origin}/login`);
    await fillSignIn(page);
    assert.equal(await page.textContent('#who'), EMAIL, kind);
    assert.equal((await application.userinfo()).email, EMAIL);
    await application.refresh();
    await page.goto(application.endSessionUrl({ id_token_hint: application.tokens.id_token }).href);
    assert.equal(await page.textContent('#bye'), 'bye');
    await page.context().close();
    await application.stop();
  }
});

test('openid-client: client_credentials, by both methods', async () => {
  const robot = onward.makeApplication('Robot', 'machine-to-machine');
  for (const method of [oidc.ClientSecretBasic, oidc.ClientSecretPost]) {
    const config = await oidc.discovery(new URL(`${onward.endpoint}/oidc`), robot.id, robot.secret, method(robot.secret), { execute: [oidc.allowInsecureRequests] });
    const tokens = await oidc.clientCredentialsGrant(config, { resource: `${onward.endpoint}/api`, scope: 'all' });
    const settings = await fetch(`${onward.endpoint}/api/sign-in-exp`, { headers: { authorization: `Bearer ${tokens.access_token}` } });
    assert.equal(settings.status, 200);
  }
});

test('@logto/node signs in, refreshes and signs out', async () => {
  const port = await freePort();
  const base = `http://localhost:${port}`;
  const registered = onward.makeApplication('Logto SDK', 'web', '--redirect-uri', `${base}/callback`, '--post-logout-redirect-uri', `${base}/`);
  const kept = new Map();
  let next;
  const client = new LogtoClient(
    { endpoint: onward.endpoint, appId: registered.id, appSecret: registered.secret, scopes: ['email'] },
    {
      navigate: (url) => { next = url; },
      storage: { getItem: async (key) => kept.get(key) ?? null, setItem: async (key, value) => void kept.set(key, value), removeItem: async (key) => void kept.delete(key) },
    },
  );
  await client.signIn({ redirectUri: `${base}/callback` });
  const page = await visit(browser);
  // The address that the browser is sent to is all that the SDK needs.
  let callback;
  const listener = http.createServer((request, response) => {
    if (!request.url.startsWith('/favicon')) callback = base + request.url;
    response.end('ok');
  });
  await new Promise((done) => listener.listen(port, '127.0.0.1', done));
  await page.goto(next);
  await fillSignIn(page);
  await client.handleSignInCallback(callback);
  assert.equal(await client.isAuthenticated(), true);
  const claims = await client.getIdTokenClaims();
  assert.equal(claims.email, EMAIL);
  assert.equal((await client.fetchUserInfo()).email, EMAIL);
  assert.ok(await client.getAccessToken());
  await client.signOut(`${base}/`);
  await page.goto(next);
  await submit(page, '#yes');
  assert.equal(callback, `${base}/`);
  await page.context().close();
  listener.closeAllConnections();
  listener.close();
});
