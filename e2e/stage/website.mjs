// A website with the browsers' session SDK, and its API in Rust, each on a host of its own, over TLS.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';

import { freePort, until } from './onward.mjs';

const binary = process.env.ONWARD_WEBSITE_EXAMPLE;
if (!binary) throw new Error('ONWARD_WEBSITE_EXAMPLE names the example: use run.sh');

const folder = mkdtempSync(path.join(tmpdir(), 'onward-website-'));
const pem = (name) => path.join(folder, name);
execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2',
  '-subj', '/CN=onward.test', '-keyout', pem('key.pem'), '-out', pem('cert.pem')], { stdio: 'ignore' });
const tls = { key: readFileSync(pem('key.pem')), cert: readFileSync(pem('cert.pem')) };
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

/** What Chromium needs to find the hosts of the stage. */
export const HOSTS = ['--host-resolver-rules=MAP *.test 127.0.0.1'];

/** The script of the page: an unchanged SDK, and what the tests ask of it. */
async function bundle(sdk) {
  const entry = {
    'supertokens-website': `import SDK from 'supertokens-website';
      window.start = (config) => SDK.init(config);
      window.session = SDK;`,
    'supertokens-web-js': `import SuperTokens from 'supertokens-web-js';
      import Session, { BooleanClaim } from 'supertokens-web-js/recipe/session';
      window.start = ({ apiDomain, tokenTransferMethod, onHandleEvent }) => SuperTokens.init({
        appInfo: { appName: 'Website', apiDomain, apiBasePath: '/auth' },
        recipeList: [Session.init({ tokenTransferMethod, onHandleEvent })],
      });
      window.session = Session;
      window.premium = new BooleanClaim({ id: 'premium', refresh: async () => {} });`,
  }[sdk];
  const made = await build({
    stdin: { contents: entry, resolveDir: path.dirname(new URL(import.meta.url).pathname) },
    bundle: true, write: false, format: 'iife', platform: 'browser', define: { 'process.env.TEST_MODE': '"production"', global: 'window' },
  });
  return made.outputFiles[0].text;
}

export class Website {
  /** options: sdk, api and website (host names), method, arguments of the example */
  static async start(options = {}) {
    const site = new Website();
    site.folder = mkdtempSync(path.join(tmpdir(), 'onward-sessions-'));
    site.sdk = options.sdk ?? 'supertokens-website';
    site.script = await bundle(site.sdk);
    site.apiHost = options.api ?? 'api.one.test';
    site.pages = https.createServer(tls, (request, response) => site.serve(request, response));
    site.proxy = https.createServer(tls, (request, response) => site.forward(request, response));
    for (const server of [site.pages, site.proxy]) await new Promise((done) => server.listen(0, '127.0.0.1', done));
    site.origin = `https://${options.website ?? 'www.one.test'}:${site.pages.address().port}`;
    site.api = `https://${site.apiHost}:${site.proxy.address().port}`;
    site.method = options.method ?? 'cookie';
    await site.run(options.arguments ?? []);
    return site;
  }

  /** Starts the API; once more with other arguments, as after a deployment. */
  async run(args) {
    this.port ??= await freePort();
    const all = ['--listen', `127.0.0.1:${this.port}`, '--api', this.api, '--website', this.origin, '--folder', this.folder, ...args];
    this.process = spawn(binary, all, { stdio: ['ignore', 'ignore', 'inherit'] });
    this.exited = new Promise((done) => this.process.once('exit', done));
    await until('the API is ready', async () => (await fetch(`http://127.0.0.1:${this.port}/ready`)).ok);
  }

  async end(signal = 'SIGTERM') {
    this.process.kill(signal);
    await this.exited;
  }

  async restart(args) {
    await this.end();
    await this.run(args);
  }

  async stop() {
    await this.end();
    for (const server of [this.pages, this.proxy]) { server.closeAllConnections(); server.close(); }
    rmSync(this.folder, { recursive: true, force: true });
  }

  serve(request, response) {
    if (request.url === '/sdk.js') return response.setHeader('content-type', 'text/javascript').end(this.script);
    if (request.url !== '/') return response.writeHead(404).end();
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(`<!doctype html><html lang="en"><title>Website</title><link rel="icon" href="data:,"><h1>Website</h1>
      <script src="/sdk.js"></script>
      <script>
        window.events = [];
        window.start({ apiDomain: ${JSON.stringify(this.api)}, apiBasePath: '/auth', tokenTransferMethod: ${JSON.stringify(this.method)},
          enableDebugLogs: false, onHandleEvent: (event) => window.events.push(event.action) });
        window.call = async (path, options) => {
          const answer = await fetch(${JSON.stringify(this.api)} + path, options);
          return { status: answer.status, body: await answer.json().catch(() => null) };
        };
        window.signIn = (user) => window.call('/sign-in', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ user }) });
      </script></html>`);
  }

  /** Ends TLS before the API, as a proxy does. */
  forward(request, response) {
    const upstream = http.request({ host: '127.0.0.1', port: this.port, path: request.url, method: request.method, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode, answer.rawHeaders);
      answer.pipe(response);
    });
    upstream.on('error', () => response.writeHead(502).end());
    request.pipe(upstream);
  }

  /** A page of the website in a new profile; `refreshes` counts what the SDK asked of the refresh path. */
  async visit(browser, options = {}) {
    const context = options.context ?? (await browser.newContext({ ignoreHTTPSErrors: true }));
    const page = await context.newPage();
    page.refreshes = [];
    page.on('response', (answer) => {
      if (answer.request().method() === 'POST' && answer.url().endsWith('/auth/session/refresh')) page.refreshes.push(answer.status());
    });
    await page.goto(this.origin);
    return page;
  }
}
