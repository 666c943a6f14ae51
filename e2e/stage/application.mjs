// A web application that signs people in through npm's openid-client, unchanged.
import http from 'node:http';
import * as oidc from 'openid-client';

import { freePort } from './onward.mjs';

export class Application {
  /** options: initiate (register initiateLoginUri), clientUri, thirdParty, kind */
  static async start(onward, options = {}) {
    const application = new Application();
    application.port = await freePort();
    application.origin = `http://localhost:${application.port}`;
    application.onward = onward;
    application.pending = new Map();
    const flags = ['--redirect-uri', `${application.origin}/callback`, '--post-logout-redirect-uri', `${application.origin}/bye`];
    if (options.initiate) flags.push('--initiate-login-uri', `${application.origin}/login`);
    if (options.clientUri) flags.push('--client-uri', `${application.origin}/`);
    if (options.thirdParty) flags.push('--third-party');
    application.registered = onward.makeApplication(options.name ?? 'Shop', options.kind ?? 'web', ...flags);
    await application.discover();
    application.server = http.createServer((request, response) => {
      application.answer(new URL(request.url, application.origin), response).catch((error) => {
        response.writeHead(500, { 'content-type': 'text/html' }).end(`<title>failed</title><pre id="failed">${error.code} ${error.error ?? ''} ${error.error_description ?? error.message}</pre>`);
      });
    });
    await new Promise((done) => application.server.listen(application.port, '127.0.0.1', done));
    return application;
  }

  async discover() {
    const { id, secret } = this.registered;
    this.config = await oidc.discovery(
      new URL(`${this.onward.endpoint}/oidc`), id, secret, secret ? oidc.ClientSecretBasic(secret) : oidc.None(),
      { execute: [oidc.allowInsecureRequests] },
    );
  }

  /** The address of an authorization request, with its secrets kept for the callback. */
  async authorizationUrl(more = {}) {
    const [verifier, state, nonce] = [oidc.randomPKCECodeVerifier(), oidc.randomState(), oidc.randomNonce()];
    this.pending.set(state, { verifier, nonce });
    return oidc.buildAuthorizationUrl(this.config, {
      redirect_uri: `${this.origin}/callback`, scope: 'openid profile email offline_access',
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
      state, nonce, ...more,
    });
  }

  async answer(url, response) {
    const page = (title, body) => response.writeHead(200, { 'content-type': 'text/html' }).end(`<!doctype html><title>${title}</title>${body}`);
    switch (url.pathname) {
      case '/login': {
        if (url.searchParams.has('iss') && url.searchParams.get('iss') !== `${this.onward.endpoint}/oidc`) throw new Error('foreign iss');
        const to = await this.authorizationUrl(Object.fromEntries([...url.searchParams].filter(([name]) => name !== 'iss')));
        return response.writeHead(302, { location: to.href }).end();
      }
      case '/callback': {
        const state = url.searchParams.get('state');
        const pending = this.pending.get(state) ?? {};
        this.pending.delete(state);
        this.tokens = await oidc.authorizationCodeGrant(this.config, url, {
          pkceCodeVerifier: pending.verifier, expectedState: state, expectedNonce: pending.nonce, idTokenExpected: true,
        });
        return page('Signed in', `<h1 id="who">${this.tokens.claims().email ?? this.tokens.claims().sub}</h1>`);
      }
      case '/bye': return page('Signed out', '<h1 id="bye">bye</h1>');
      default: return page('Shop', '<h1 id="home">Shop</h1><a id="login" href="/login">Sign in</a>');
    }
  }

  async refresh() {
    this.tokens = { ...this.tokens, ...(await oidc.refreshTokenGrant(this.config, this.tokens.refresh_token)) };
    return this.tokens;
  }

  userinfo() {
    return oidc.fetchUserInfo(this.config, this.tokens.access_token, oidc.skipSubjectCheck);
  }

  endSessionUrl(more) {
    return oidc.buildEndSessionUrl(this.config, { post_logout_redirect_uri: `${this.origin}/bye`, ...more });
  }

  async stop() {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }
}
