// The README's command: server and sample application, and the tour of the unhappy paths.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, before, test } from 'node:test';

import { fillSignIn, isAccessible, openBrowser, picture, submit, visit } from '../stage/browser.mjs';
import { EMAIL, freePort, until } from '../stage/onward.mjs';

let demo, origin, server, browser;
before(async () => {
  const [port, applicationPort] = [await freePort(), await freePort()];
  [origin, server] = [`http://localhost:${applicationPort}`, `http://localhost:${port}`];
  demo = spawn(process.env.ONWARD_BINARY, ['demo', '--listen', `127.0.0.1:${port}`, '--application-listen', `127.0.0.1:${applicationPort}`], { env: { PATH: process.env.PATH }, stdio: 'ignore' });
  await until('the demonstration is ready', async () => (await fetch(`${server}/readyz`)).ok && (await fetch(origin)).ok);
  browser = await openBrowser();
});
after(async () => { await browser?.close(); demo?.kill('SIGTERM'); });

test('signs in with the user that stands ready, renews, and signs out', async () => {
  const page = await visit(browser);
  await page.goto(`${origin}/`);
  await isAccessible(page);
  await picture(page, 'demo-home');
  const password = await page.textContent('#demo-password');
  await submit(page, '#sign-in');
  assert.equal(await fillSignIn(page, await page.inputValue('#identifier') || EMAIL, password), 200);
  assert.ok(await page.isVisible('#signed-in'));
  await isAccessible(page);
  await picture(page, 'demo-signed-in');
  await submit(page, '#refresh');
  assert.ok(await page.isVisible('#signed-in'));
  await submit(page, '#sign-out');
  if (await page.isVisible('#yes')) await submit(page, '#yes');
  await page.goto(`${origin}/`);
  assert.ok(await page.isVisible('#sign-in'));
  await page.context().close();
});

test('the tour: every stop ends on a page with a heading, and none is a dead end', async () => {
  const page = await visit(browser);
  await page.goto(`${origin}/unhappy`);
  await isAccessible(page);
  await picture(page, 'demo-tour');
  const stops = await page.$$eval('main a[href]', (links) => links.map((link) => link.href));
  assert.ok(stops.length >= 10, `${stops.length} stops`);
  for (const stop of [...new Set(stops)].filter((stop) => stop.startsWith('http'))) {
    const guest = await visit(browser);
    await guest.goto(stop);
    assert.equal(await guest.locator('h1').count(), 1, stop);
    const ways = await guest.locator('a[href], button').count();
    const advice = (await guest.locator('#advice').count()) > 0;
    assert.ok(ways > 0 || advice, `${stop}: a way forward`);
    await isAccessible(guest);
    await guest.context().close();
  }
  await page.context().close();
});
