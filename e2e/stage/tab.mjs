// A tab of Chromium that may prepare pages beforehand. Playwright holds on to each page by itself, and Chromium then
// refuses to prerender (“PrerenderingDisabledByDevTools”); whoever holds on to the tab gets to see what it prepares.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { launch } from './browser.mjs';
import { until } from './onward.mjs';

export class Tab {
  static async open() {
    const tab = new Tab();
    tab.folder = mkdtempSync(path.join(tmpdir(), 'onward-tab-'));
    const args = [...launch.args, '--headless=new', '--remote-debugging-pipe', `--user-data-dir=${tab.folder}`, 'about:blank'];
    tab.process = spawn(launch.executablePath, args, { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
    tab.exited = new Promise((done) => tab.process.once('exit', done));
    tab.answers = new Map();
    tab.pages = new Map();
    tab.prepared = [];
    tab.listen();
    const { targetId } = await tab.send('Target.createTarget', { url: 'about:blank', forTab: true });
    const { sessionId } = await tab.send('Target.attachToTarget', { targetId, flatten: true });
    await tab.send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: false, flatten: true }, sessionId);
    await until('the tab shows a page', async () => tab.pages.size === 1);
    await tab.send('Page.enable');
    await tab.send('Page.setBypassCSP', { enabled: true });
    await tab.send('Preload.enable');
    return tab;
  }

  listen() {
    let text = '';
    this.process.stdio[4].setEncoding('utf8').on('data', (more) => {
      const messages = (text + more).split('\0');
      text = messages.pop();
      for (const message of messages) this.hear(JSON.parse(message));
    });
  }

  hear({ id, method, params, result, error }) {
    if (id) {
      const { done, failed } = this.answers.get(id) ?? {};
      this.answers.delete(id);
      return error ? failed?.(new Error(error.message)) : done?.(result);
    }
    switch (method) {
      case 'Target.attachedToTarget':
        if (params.targetInfo.type === 'page') this.pages.set(params.targetInfo.targetId, params.sessionId);
        return undefined;
      case 'Target.detachedFromTarget':
        for (const [page, session] of this.pages) if (session === params.sessionId) this.pages.delete(page);
        // Nobody answers there any more.
        for (const { failed, session } of this.answers.values()) if (session === params.sessionId) failed(new Error('the page is gone'));
        return undefined;
      case 'Preload.prerenderStatusUpdated':
        return this.prepared.push(params.prerenderStatus ? `${params.status}: ${params.prerenderStatus}` : params.status);
      default: return undefined;
    }
  }

  /** Asks the page that is shown, or whom `session` names. */
  send(method, params = {}, session = method.startsWith('Target.') ? undefined : this.shown) {
    this.number = (this.number ?? 0) + 1;
    const message = { id: this.number, method, params, ...(session && { sessionId: session }) };
    this.process.stdio[3].write(`${JSON.stringify(message)}\0`);
    return new Promise((done, failed) => this.answers.set(message.id, { done, failed, session }));
  }

  /** The page that is shown is the oldest there is: what is prepared comes later, and takes its place. */
  get shown() { return this.pages.values().next().value; }

  /** What an expression is in the page that is shown. */
  async evaluate(expression) {
    const { result, exceptionDetails } = await this.send('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true });
    if (exceptionDetails) throw new Error(`${expression}: ${exceptionDetails.exception?.description}`);
    return result.value;
  }

  /** Waits until an expression is true in the page that is shown. */
  shows(expression) {
    return until(expression, () => this.evaluate(expression));
  }

  /** Goes somewhere by itself, as an application would, and waits until it has come to this path. */
  async goto(url, pathname) {
    await this.evaluate(`location.href = ${JSON.stringify(url)}`);
    await this.comesTo(pathname);
  }

  /** Presses a button, and waits until it has led to this path. */
  async press(selector, pathname) {
    await this.evaluate(`document.querySelector('${selector}').click()`);
    await this.comesTo(pathname);
  }

  comesTo(pathname) {
    return this.shows(`location.pathname === '${pathname}' && document.readyState === 'complete'`);
  }

  async fill(selector, text) {
    await this.evaluate(`document.querySelector('${selector}').value = ${JSON.stringify(text)}`);
  }

  /** The names of all cookies. */
  async cookies() {
    const { cookies } = await this.send('Storage.getCookies', {}, this.shown);
    return cookies.map(({ name }) => name);
  }

  async close() {
    await this.send('Browser.close', {}, null).catch(() => {});
    await this.exited;
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
