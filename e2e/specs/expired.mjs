// Scenario 1 in Chromium: it took too long.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Application } from '../stage/application.mjs';
import { fillSignIn, isAccessible, openBrowser, picture, submit, visit } from '../stage/browser.mjs';
import { EMAIL, Onward, PASSWORD } from '../stage/onward.mjs';

// Seconds: long enough to fill in a form, short enough to wait for.
const FLOW_LIFETIME = 6;
let onward, shop, plain, browser;
before(async () => {
  onward = await Onward.start({ flowLifetime: FLOW_LIFETIME });
  onward.makeUser();
  [shop, plain, browser] = await Promise.all([
    Application.start(onward, { name: 'Shop', initiate: true, clientUri: true }), Application.start(onward, { name: 'Plain' }), openBrowser(),
  ]);
});
after(async () => { await browser?.close(); await shop?.stop(); await plain?.stop(); await onward?.stop(); });

const expire = () => new Promise((done) => setTimeout(done, FLOW_LIFETIME * 1_000 + 200));

test('1: an expired form, submitted, starts again and keeps what was typed', async () => {
  const page = await visit(browser);
  await page.goto(`${plain.origin}/login`);
  await page.fill('#identifier', EMAIL);
  await page.fill('#password', PASSWORD);
  await expire();
  assert.equal(await submit(page), 200);
  assert.equal(await page.inputValue('#identifier'), EMAIL);
  assert.ok(await page.isVisible('[role=status]'));
  await isAccessible(page);
  await picture(page, 'started-again');
  await page.fill('#password', PASSWORD);
  await submit(page);
  assert.equal(await page.textContent('#who'), EMAIL);
  await page.context().close();
});

test('1: an expired page, reloaded, starts again', async () => {
  const page = await visit(browser);
  await page.goto(`${plain.origin}/login`);
  const before = new URL(page.url()).searchParams.get('flow');
  await expire();
  await page.reload();
  assert.notEqual(new URL(page.url()).searchParams.get('flow'), before);
  assert.ok(await page.isVisible('#identifier'));
  await page.context().close();
});

test('1: with initiateLoginUri the application begins again', async () => {
  const page = await visit(browser);
  await page.goto(`${shop.origin}/login`);
  const before = new URL(page.url()).searchParams.get('flow');
  await page.fill('#identifier', EMAIL);
  await page.fill('#password', PASSWORD);
  await expire();
  await submit(page);
  assert.notEqual(new URL(page.url()).searchParams.get('flow'), before);
  assert.equal(await page.inputValue('#identifier'), EMAIL, 'the application handed the login_hint on');
  await fillSignIn(page);
  assert.equal(await page.textContent('#who'), EMAIL);
  await page.context().close();
});
