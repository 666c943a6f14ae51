// Links and codes of letters in Chromium: signing in, registering, scanners, other browsers, dead links.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Application } from '../stage/application.mjs';
import { fillSignIn, isAccessible, isFailurePage, openBrowser, picture, submit, visit } from '../stage/browser.mjs';
import { Letters } from '../stage/letters.mjs';
import { EMAIL, Onward, until } from '../stage/onward.mjs';

const BOB = 'bob@example.com';
const letters = new Letters();
let onward, shop, browser;
before(async () => {
  onward = await Onward.start({ env: letters.env });
  onward.makeUser();
  onward.makeUser(BOB);
  [shop, browser] = await Promise.all([Application.start(onward), openBrowser()]);
});
after(async () => {
  await browser?.close(); await shop?.stop(); await onward?.stop();
  letters.remove();
});

/** Asks for a link to sign in; returns the page that waits, and the letter. */
async function ask(email = EMAIL, options = {}) {
  const page = await visit(browser, options);
  await page.goto(`${shop.origin}/login`);
  await submit(page, '#sign-in-link');
  await page.fill('#identifier', email);
  await submit(page);
  assert.equal(new URL(page.url()).pathname, '/link/sent');
  return { page, letter: await letters.next(email) };
}

test('a link signs in by itself where it was asked for, and the waiting tab goes on', async () => {
  const page = await visit(browser);
  await page.goto(`${shop.origin}/login`);
  await submit(page, '#sign-in-link');
  await isAccessible(page);
  await picture(page, 'ask-link-sign-in');
  await page.fill('#identifier', EMAIL);
  await submit(page);
  await isAccessible(page);
  await picture(page, 'link-sent-sign-in');
  const letter = await letters.next(EMAIL);
  const tab = await page.context().newPage();
  await tab.goto(letter.link);
  await tab.waitForSelector('#who');
  assert.equal(await tab.textContent('#who'), EMAIL);
  await tab.close();
  await page.bringToFront();
  await page.waitForURL((url) => url.pathname !== '/link/sent');
  assert.equal(await page.locator('h1').textContent(), 'You have finished here');
  await page.context().close();
});

test('without script the code does the same, and the button goes on', async () => {
  const { page, letter } = await ask(EMAIL, { javaScriptEnabled: false });
  await page.fill('#code', letter.code === '000000' ? '000001' : '000000');
  assert.equal(await submit(page), 422);
  await picture(page, 'link-sent-wrong');
  await page.fill('#code', letter.code);
  await submit(page);
  assert.equal(await page.textContent('#who'), EMAIL);
  await page.context().close();

  const second = await ask(EMAIL, { javaScriptEnabled: false });
  assert.equal(await submit(second.page, '#continue'), 200, 'it goes on waiting');
  const tab = await second.page.context().newPage();
  await tab.goto(second.letter.link);
  await submit(tab);
  assert.equal(await tab.textContent('#who'), EMAIL);
  await submit(second.page, '#continue');
  assert.equal(await second.page.locator('h1').textContent(), 'You have finished here');
  await second.page.context().close();
});

test('a scanner burns nothing, and the token is in no log', async () => {
  const { page, letter } = await ask();
  await fetch(letter.link, { method: 'HEAD' });
  for (let n = 0; n < 5; n += 1) assert.equal((await fetch(letter.link, { headers: { accept: 'text/html' } })).status, 400, 'a browser without cookies');
  for (const options of [{}, { javaScriptEnabled: false }]) {
    const scanner = await visit(browser, options);
    await scanner.goto(letter.link);
    assert.ok(!scanner.url().includes('token'), scanner.url());
    await scanner.waitForTimeout(500);
    assert.equal(new URL(scanner.url()).pathname, '/link');
    await scanner.context().close();
  }
  await page.goto(letter.link);
  await page.waitForSelector('#who');
  assert.ok(!onward.log.includes(new URL(letter.link).searchParams.get('token')));
  await page.context().close();
});

// Under Playwright Chromium only fetches it: it is prerendered in `prerender.mjs`.
test('a browser that fetches the page beforehand burns nothing', async () => {
  const { page, letter } = await ask(BOB, { bypassCSP: true });
  await page.evaluate((link) => {
    const rules = Object.assign(document.createElement('script'), { type: 'speculationrules' });
    rules.textContent = JSON.stringify({ prerender: [{ source: 'list', urls: [link] }] });
    document.head.append(rules);
  }, letter.link);
  const cookies = async () => (await page.context().cookies()).map((cookie) => cookie.name);
  await until('the browser has looked ahead', async () => (await cookies()).includes('onward-link'));
  await page.waitForTimeout(500);
  assert.ok(!(await cookies()).includes('onward-session'));
  assert.equal(new URL(page.url()).pathname, '/link/sent');
  await Promise.all([page.waitForURL('**/link?opened=now'), page.evaluate((link) => { location.href = link; }, letter.link)]);
  await isAccessible(page);
  await picture(page, 'follow-link');
  await submit(page);
  assert.equal(await page.textContent('#who'), BOB);
  await page.context().close();
});

test('another browser is asked, signs in there, and the one that asked is left alone', async () => {
  const { page, letter } = await ask(BOB);
  const other = await visit(browser);
  await other.goto(letter.link);
  await isAccessible(other);
  await picture(other, 'follow-link-elsewhere');
  await submit(other);
  assert.equal(await other.locator('h1').textContent(), 'You are signed in');
  await submit(page, '#continue');
  assert.equal(new URL(page.url()).pathname, '/link/sent');
  const used = await page.goto(letter.link);
  await isFailurePage(page, used, 410);
  await picture(page, 'link-used');
  await page.context().close();
  await other.context().close();
});

test('an address is proved first, then it has an account', async () => {
  const page = await visit(browser);
  await page.goto(`${shop.origin}/login`);
  await submit(page, '#register');
  await submit(page, '#register-email');
  await isAccessible(page);
  await picture(page, 'register-email');
  await page.fill('#identifier', 'grace@example.com');
  await submit(page);
  const letter = await letters.next('grace@example.com');
  assert.match(letter.text, /Create your account/);
  await page.goto(letter.link);
  await page.waitForSelector('#who');
  assert.equal(await page.textContent('#who'), 'grace@example.com');
  await page.context().close();
});

test('whoever is signed in as somebody else chooses', async () => {
  const { page, letter } = await ask('grace@example.com');
  const tab = await page.context().newPage();
  await tab.goto(`${shop.origin}/login`);
  await fillSignIn(tab, EMAIL);
  await isFailurePage(page, await page.goto(letter.link), 403);
  await picture(page, 'link-other-account');
  await submit(page, '#stay');
  assert.match(await page.textContent('main'), /ada@example\.com/);
  await page.goto(letter.link);
  await submit(page, '#forward');
  await page.waitForSelector('#who');
  assert.equal(await page.textContent('#who'), 'grace@example.com');
  await page.context().close();
});

test('an older link says so, and a new one is asked for in its place', async () => {
  const { page, letter } = await ask('grace@example.com');
  await submit(page, '#again');
  const newer = await letters.next('grace@example.com');
  await isFailurePage(page, await page.goto(letter.link), 410);
  await picture(page, 'link-replaced');
  await submit(page, '#forward');
  assert.equal(new URL(page.url()).pathname, '/link/sent');
  const newest = await letters.next('grace@example.com');
  assert.notEqual(newest.link, newer.link);
  await page.goto(newest.link);
  await page.waitForSelector('#who');
  await page.context().close();
});
