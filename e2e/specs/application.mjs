// The application of the README, as it stands there, with the server.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { fillSignIn, openBrowser, submit, visit } from '../stage/browser.mjs';
import { Onward, until } from '../stage/onward.mjs';

const ORIGIN = 'http://localhost:3000';
let onward, application, folder, browser;
before(async () => {
  onward = await Onward.start({ port: 3001 });
  onward.makeUser();
  const client = onward.makeApplication('Notes', 'web', '--redirect-uri', `${ORIGIN}/auth/callback`);
  folder = mkdtempSync(path.join(tmpdir(), 'onward-notes-'));
  const binary = path.join(path.dirname(process.env.ONWARD_WEBSITE_EXAMPLE), 'application');
  application = spawn(binary, [client.id, client.secret], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  await until('the application is ready', async () => (await fetch(ORIGIN)).ok);
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  application?.kill('SIGTERM');
  await onward?.stop();
  if (folder) rmSync(folder, { recursive: true, force: true });
});

test('signs in from a page that needs it, comes back there, and signs out', async () => {
  const page = await visit(browser);
  await page.goto(ORIGIN);
  await page.click('a');
  assert.equal(await fillSignIn(page), 200);
  assert.equal(page.url(), `${ORIGIN}/notes`);
  assert.match(await page.textContent('body'), /^The notes of [0-9a-f]{32}\./);
  await submit(page, 'button');
  await page.goto(`${ORIGIN}/notes`);
  assert.match(page.url(), /^http:\/\/localhost:3001\/sign-in\?flow=/, 'whoever is signed out is led to the sign-in');
});
