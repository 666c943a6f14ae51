// The account page in Chromium: what people change by themselves.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Provider } from '../providers/provider.mjs';
import { fillSignIn, isAccessible, openBrowser, picture, submit, visit } from '../stage/browser.mjs';
import { Letters } from '../stage/letters.mjs';
import { EMAIL, Onward, PASSWORD } from '../stage/onward.mjs';

const NEW = 'seven quiet lanterns 4';
const letters = new Letters();
let onward, browser, provider;
before(async () => {
  [onward, provider] = await Promise.all([Onward.start({ env: letters.env }), Provider.start()]);
  onward.makeUser();
  await onward.api('POST', '/connectors', {
    connectorId: 'oidc', metadata: { target: 'work', name: { en: 'Work' } },
    config: { clientId: 'onward', clientSecret: 's3cret', issuer: provider.issuer },
  });
  browser = await openBrowser();
});
after(async () => {
  await browser?.close(); await provider?.stop(); await onward?.stop();
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

test('a provider is linked while signed in, is a way in, and is removed', async () => {
  provider.token = 'well';
  provider.person = { sub: 'ada-at-work', name: 'Ada' };
  const page = await visit(browser);
  await enter(page, '/account/identities', NEW);
  await look(page, 'account-identities-none');
  await page.click('button:has-text("Work")');
  await page.waitForURL(`${provider.issuer}/**`);
  await page.click('#go-on');
  await page.waitForSelector('#identities');
  assert.ok(await page.isVisible('#notice'));
  await look(page, 'account-identities-linked');
  assert.match((await letters.next(EMAIL)).text, /Work was linked to the account/);
  const again = await visit(browser);
  await again.goto(`${onward.origin}/account`);
  await again.click('#providers button:has-text("Work")');
  await again.waitForURL(`${provider.issuer}/**`);
  await again.click('#go-on');
  await again.waitForSelector('#email');
  assert.ok((await again.textContent('#email')).includes(EMAIL), 'it is the same account');
  await submit(page, '#identities button');
  assert.ok(await page.isVisible('#none'));
  await look(page, 'account-identities-removed');
  assert.match((await letters.next(EMAIL)).text, /Work was removed from the account/);
  await again.context().close();
  await page.context().close();
});

test('a new password by a letter shuts out what was linked lately, and says so', async () => {
  const page = await visit(browser);
  await enter(page, '/account/identities', NEW);
  await page.click('button:has-text("Work")');
  await page.waitForURL(`${provider.issuer}/**`);
  await page.click('#go-on');
  await page.waitForSelector('#identities');
  assert.match((await letters.next(EMAIL)).text, /Work was linked to the account/);
  const elsewhere = await visit(browser);
  await elsewhere.goto(`${onward.origin}/forgot-password`);
  await elsewhere.fill('#identifier', EMAIL);
  await Promise.all([submit(elsewhere), elsewhere.waitForURL('**/link/sent*')]);
  await elsewhere.goto((await letters.next(EMAIL)).link);
  await elsewhere.fill('#password', NEW);
  assert.equal(await submit(elsewhere), 200);
  assert.ok((await elsewhere.textContent('#removed + ul')).includes('Work'));
  await look(elsewhere, 'password-changed-providers');
  await letters.next(EMAIL);
  await page.goto(`${onward.origin}/account`);
  assert.ok(page.url().includes('/sign-in'), 'signed out');
  await page.click('#providers button:has-text("Work")');
  await page.waitForURL(`${provider.issuer}/**`);
  await page.click('#go-on');
  await page.waitForURL('**/link-account*');
  await elsewhere.context().close();
  await page.context().close();
});

test('an e-mail address proves itself, and the former one objects', async () => {
  const [moved, page] = ['ada@example.org', await visit(browser)];
  await enter(page, '/account/email', NEW);
  await look(page, 'account-email');
  await page.fill('#email', moved);
  await submit(page);
  await page.waitForURL('**/link/sent*');
  await look(page, 'link-sent-verify');
  const { code } = await letters.next(moved);
  await page.fill('#code', code);
  await submit(page);
  await page.waitForSelector('#confirm-email');
  await look(page, 'confirm-email');
  await submit(page);
  assert.ok((await page.textContent('#email')).includes(moved));
  await look(page, 'account-email-verified');
  const { link } = await letters.next(EMAIL);
  const elsewhere = await visit(browser, { locale: 'zh-CN' });
  await elsewhere.goto(link);
  assert.ok(!elsewhere.url().includes('token'), elsewhere.url());
  await look(elsewhere, 'restore-email-zh');
  await submit(elsewhere);
  await look(elsewhere, 'restore-email-done-zh');
  await page.goto(`${onward.origin}/account`);
  assert.ok(page.url().includes('/sign-in'), 'everybody is signed out');
  // The password is gone, too: a letter leads to a new one.
  await submit(elsewhere, '#forward');
  assert.ok(elsewhere.url().includes('/forgot-password'));
  await page.goto(`${onward.origin}/forgot-password`);
  await page.fill('#identifier', EMAIL);
  await Promise.all([submit(page), page.waitForURL('**/link/sent*')]);
  await page.goto((await letters.next(EMAIL)).link);
  await page.fill('#password', NEW);
  assert.equal(await submit(page), 200);
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
