// The account page in Chromium: what people change by themselves.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { fillSignIn, isAccessible, openBrowser, picture, submit, visit } from '../stage/browser.mjs';
import { Letters } from '../stage/letters.mjs';
import { EMAIL, Onward, PASSWORD } from '../stage/onward.mjs';

const NEW = 'seven quiet lanterns 4';
const letters = new Letters();
let onward, browser;
before(async () => {
  onward = await Onward.start({ env: letters.env });
  onward.makeUser();
  browser = await openBrowser();
});
after(async () => {
  await browser?.close(); await onward?.stop();
  letters.remove();
});

/** Opens a page of the account, through the sign-in. */
async function enter(page, path = '/account', password = PASSWORD) {
  await page.goto(`${onward.origin}${path}`);
  await fillSignIn(page, EMAIL, password);
  await page.waitForURL(`${onward.origin}${path}`);
}

/** Looks at a page as it is for most, at night, and on a small phone. */
async function look(page, name) {
  await isAccessible(page);
  await picture(page, name);
  await page.emulateMedia({ colorScheme: 'dark' });
  // Buttons fade from one colour to the other.
  await page.evaluate('Promise.all(document.getAnimations().map((fading) => fading.finished))');
  await isAccessible(page);
  await picture(page, `${name}-dark`);
  await page.emulateMedia({ colorScheme: 'light' });
  const size = page.viewportSize();
  await page.setViewportSize({ width: 320, height: 640 });
  assert.ok(await page.evaluate('document.documentElement.scrollWidth <= 320'), `${name} fits into 320 px`);
  await picture(page, `${name}-320`);
  await page.setViewportSize(size);
}

test('a password is changed, and all other devices are signed out', async () => {
  const page = await visit(browser);
  const elsewhere = await visit(browser, { locale: 'zh-CN' });
  await enter(elsewhere);
  await look(elsewhere, 'account-zh');
  await enter(page);
  assert.ok((await page.textContent('#email')).includes(EMAIL));
  await look(page, 'account');
  await submit(page, '#password');
  await look(page, 'account-password');
  await page.fill('#password', 'password1234567');
  assert.equal(await submit(page), 422);
  await look(page, 'account-password-refused');
  await page.fill('#password', NEW);
  assert.equal(await submit(page), 200);
  assert.ok(await page.isVisible('#notice'));
  await look(page, 'account-password-changed');
  assert.match((await letters.next(EMAIL)).text, /Your password was changed/);
  await elsewhere.goto(`${onward.origin}/account`);
  assert.ok(elsewhere.url().includes('/sign-in'), 'signed out there');
  assert.equal(await fillSignIn(elsewhere, EMAIL, PASSWORD), 422);
  await elsewhere.context().close();
  await page.context().close();
});

test('a session is ended from another, and then all of them', async () => {
  const lost = await visit(browser);
  await enter(lost, '/account', NEW);
  const page = await visit(browser);
  await enter(page, '/account/sessions', NEW);
  const before = await page.locator('#sessions > li').count();
  await look(page, 'account-sessions');
  await submit(page, '#sessions > li:nth-child(2) button');
  await look(page, 'account-sessions-ended');
  assert.equal(await page.locator('#sessions > li').count(), before - 1);
  await lost.goto(`${onward.origin}/account`);
  assert.ok(lost.url().includes('/sign-in'), 'signed out there');
  await submit(page, '#everywhere');
  await look(page, 'sign-out-everywhere');
  await submit(page, '#yes');
  await look(page, 'signed-out-everywhere');
  await page.goto(`${onward.origin}/account`);
  assert.ok(page.url().includes('/sign-in'));
  await lost.context().close();
  await page.context().close();
});
