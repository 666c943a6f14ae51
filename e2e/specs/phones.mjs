// Telephone numbers in Chromium: added by the code of a text message, signed in by, and removed.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Application } from '../stage/application.mjs';
import { fillSignIn, isAccessible, openBrowser, picture, submit, visit } from '../stage/browser.mjs';
import { Letters } from '../stage/letters.mjs';
import { EMAIL, Onward, until } from '../stage/onward.mjs';

const NUMBER = '+4930901820';
const letters = new Letters();
let onward, shop, browser;
before(async () => {
  onward = await Onward.start({ env: { ...letters.env, ...letters.smsEnv } });
  onward.makeUser();
  [shop, browser] = await Promise.all([Application.start(onward), openBrowser()]);
});
after(async () => {
  await browser?.close(); await shop?.stop(); await onward?.stop();
  letters.remove();
});

/** Looks at a page as it is for most, and on a small phone. */
async function look(page, name) {
  await isAccessible(page);
  await picture(page, name);
  const size = page.viewportSize();
  await page.setViewportSize({ width: 320, height: 640 });
  assert.ok(await page.evaluate('document.documentElement.scrollWidth <= 320'), `${name} fits into 320 px`);
  await page.setViewportSize(size);
}

test('a number is added by its code, signs in without a password, and is removed', async () => {
  const page = await visit(browser);
  await page.goto(`${onward.origin}/account`);
  await fillSignIn(page, EMAIL);
  await submit(page, '#change-phone');
  await look(page, 'account-phone');
  await page.fill('#phone', '030 901820');
  assert.equal(await submit(page), 422);
  await look(page, 'account-phone-refused');
  await page.fill('#phone', '+49 30 901820');
  await submit(page);
  await look(page, 'text-sent-verify');
  const first = await letters.nextText(NUMBER);
  await page.fill('#code', first.code === '000000' ? '000001' : '000000');
  assert.equal(await submit(page), 422);
  await page.fill('#code', first.code);
  assert.equal(await submit(page), 200);
  assert.ok((await page.textContent('#phone')).includes(NUMBER));
  await look(page, 'account-phone-added');
  assert.match((await letters.next(EMAIL)).text, /A telephone number was added/);

  const elsewhere = await visit(browser, { javaScriptEnabled: false });
  await elsewhere.goto(`${shop.origin}/login`);
  await picture(elsewhere, 'sign-in-with-texts');
  await submit(elsewhere, '#sign-in-link');
  await picture(elsewhere, 'ask-link-with-texts');
  await elsewhere.fill('#identifier', NUMBER);
  await submit(elsewhere);
  await picture(elsewhere, 'text-sent-sign-in');
  const second = await letters.nextText(NUMBER);
  assert.match(second.text, new RegExp(`\\n@localhost #${second.code}\\n$`));
  await elsewhere.fill('#code', second.code);
  await submit(elsewhere);
  assert.equal(await elsewhere.textContent('#who'), EMAIL);
  await elsewhere.context().close();

  await submit(page, '#change-phone');
  await look(page, 'account-phone-there');
  assert.equal(await submit(page, '#remove'), 200);
  assert.equal(await page.locator('#phone').count(), 0);
  assert.ok(await page.isVisible('#notice'));
  await until('the number hears of it', async () => letters.textsTo(NUMBER) === 3);
  assert.match((await letters.next(EMAIL)).text, /has no telephone number any more/);
  await page.context().close();
});

test('a number that nobody has gets the same page, and no text message', async () => {
  const page = await visit(browser, { locale: 'zh-CN' });
  await page.goto(`${shop.origin}/login`);
  await submit(page, '#forgot-password');
  await picture(page, 'forgot-password-with-texts-zh');
  const nobodys = '+4930901821';
  await page.fill('#identifier', nobodys);
  await submit(page);
  await look(page, 'text-sent-reset-zh');
  await page.fill('#code', '123456');
  assert.equal(await submit(page), 422);
  assert.equal(letters.textsTo(nobodys), 0);
  await page.context().close();
});

test('whoever chooses a password by telephone puts the address back that somebody else has changed', async () => {
  const thief = await visit(browser);
  await thief.goto(`${onward.origin}/account`);
  await fillSignIn(thief, EMAIL);
  await submit(thief, '#change-phone');
  await thief.fill('#phone', NUMBER);
  await submit(thief);
  await thief.fill('#code', (await letters.nextText(NUMBER)).code);
  assert.equal(await submit(thief), 200);
  assert.match((await letters.next(EMAIL)).text, /A telephone number was added/);
  await submit(thief, '#change-email');
  const moved = 'mallory@example.org';
  await thief.fill('#email', moved);
  await submit(thief);
  await thief.fill('#code', (await letters.next(moved)).code);
  await submit(thief);
  await thief.waitForSelector('#confirm-email');
  await submit(thief);
  assert.ok((await thief.textContent('#email')).includes(moved));
  await letters.next(EMAIL);

  const owner = await visit(browser);
  await owner.goto(`${shop.origin}/login`);
  await submit(owner, '#forgot-password');
  await owner.fill('#identifier', NUMBER);
  await submit(owner);
  await owner.fill('#code', (await letters.nextText(NUMBER)).code);
  await submit(owner);
  await look(owner, 'reset-password-former');
  const chosen = 'seven quiet lanterns 4';
  await owner.fill('#password', chosen);
  await owner.getByLabel(/It was not: put/).check();
  assert.equal(await submit(owner), 200);
  assert.ok(await owner.isVisible('#restored'));
  await look(owner, 'password-changed-restored');
  assert.match((await letters.next(EMAIL)).text, /password/);
  await submit(owner, '#forward');
  await fillSignIn(owner, EMAIL, chosen);
  assert.equal(await owner.textContent('#who'), EMAIL);
  await thief.goto(`${onward.origin}/account`);
  assert.ok(await thief.isVisible('#sign-in'), 'the thief is outside');
  await Promise.all([thief, owner].map((page) => page.context().close()));
});
