// Each unhappy path in Chromium: status, outcome, way forward.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Application } from '../stage/application.mjs';
import { fillSignIn, isAccessible, isFailurePage, openBrowser, picture, submit, visit, visitWithoutCookies } from '../stage/browser.mjs';
import { EMAIL, Onward, PASSWORD, until } from '../stage/onward.mjs';

let onward, shop, plain, browser;
before(async () => {
  onward = await Onward.start();
  onward.makeUser();
  [shop, plain, browser] = await Promise.all([
    Application.start(onward, { name: 'Shop', initiate: true, clientUri: true }), Application.start(onward, { name: 'Plain' }), openBrowser(),
  ]);
  await onward.api('PATCH', '/sign-in-exp', { supportEmail: 'help@example.com', supportWebsiteUrl: 'https://help.example.com/' });
});
after(async () => { await browser?.close(); await shop?.stop(); await plain?.stop(); await onward?.stop(); });

test('2: a bookmark with nothing known is a page that says what to do', async () => {
  const page = await visit(browser);
  const response = await page.goto(`${onward.origin}/sign-in`);
  const reference = await isFailurePage(page, response, 404);
  assert.match(await page.getAttribute('#support-email', 'href'), new RegExp(`^mailto:help@example.com\\?subject=.*${reference}`));
  assert.equal(await page.locator('#forward').count(), 0);
  await picture(page, 'bookmark-nothing-known');
  await page.context().close();
});

test('2: a bookmark with a known application leads there', async () => {
  const page = await visit(browser);
  await page.goto(`${shop.origin}/login`);
  await page.goto(`${onward.origin}/sign-in`);
  assert.equal(new URL(page.url()).pathname, '/sign-in');
  assert.ok(new URL(page.url()).searchParams.get('flow'), 'by way of initiateLoginUri, to a fresh sign-in');
  await page.context().close();
});

test('2: a bookmark goes to the unknownSessionRedirectUrl of tenant and application', async () => {
  await onward.api('PATCH', '/sign-in-exp', { unknownSessionRedirectUrl: `${shop.origin}/?from=tenant` });
  const page = await visit(browser);
  await page.goto(`${onward.origin}/sign-in`);
  assert.equal(page.url(), `${shop.origin}/?from=tenant`);
  await onward.api('PATCH', `/applications/${plain.registered.id}`, { unknownSessionRedirectUrl: `${plain.origin}/?from=application` });
  await page.goto(`${plain.origin}/login`);
  await page.goto(`${onward.origin}/sign-in`);
  assert.equal(page.url(), `${plain.origin}/?from=application`);
  await onward.api('PATCH', `/applications/${plain.registered.id}`, { unknownSessionRedirectUrl: '' });
  await onward.api('PATCH', '/sign-in-exp', { unknownSessionRedirectUrl: null });
  await page.context().close();
});

test('2: three automatic outcomes within a minute end on the page', async () => {
  const page = await visit(browser);
  await page.goto(`${shop.origin}/login`);
  await page.goto(`${onward.origin}/sign-in`);
  await page.goto(`${onward.origin}/sign-in`);
  const response = await page.goto(`${onward.origin}/sign-in`);
  await isFailurePage(page, response, 404);
  await picture(page, 'bookmark-tired');
  await submit(page, '#forward');
  assert.ok(await page.isVisible('#identifier'), 'the button leads on');
  await page.context().close();
});

test('3: a path that does not exist', async () => {
  const page = await visit(browser);
  await page.goto(`${shop.origin}/login`);
  const response = await page.goto(`${onward.origin}/no/such/page`);
  await isFailurePage(page, response, 404);
  await picture(page, 'unknown-path');
  assert.equal(await page.getAttribute('#forward', 'href'), `${shop.origin}/`);
  await submit(page, '#forward');
  assert.ok(await page.isVisible('#home'));
  await page.context().close();
});

test('6: two tabs both end signed in', async () => {
  const first = await visit(browser);
  const second = await first.context().newPage();
  second.complaints = [];
  await first.goto(`${plain.origin}/login`);
  await second.goto(`${plain.origin}/login`);
  await fillSignIn(first);
  assert.equal(await first.textContent('#who'), EMAIL);
  await fillSignIn(second);
  assert.equal(await second.textContent('#who'), EMAIL);
  await first.context().close();
});

test('6: the back button leads back to the application, never to a second code', async () => {
  const page = await visit(browser);
  const leaver = await Application.start(onward, { name: 'Leaver', clientUri: true });
  await page.goto(`${leaver.origin}/login`);
  await fillSignIn(page);
  const response = await page.goBack();
  await isFailurePage(page, response, 409);
  await picture(page, 'back-button');
  await submit(page, '#forward');
  assert.equal(page.url(), `${leaver.origin}/`);
  await leaver.stop();
  await page.context().close();
});

test('6: a double click makes one sign-in', async () => {
  const page = await visit(browser);
  await page.goto(`${shop.origin}/login`);
  await page.fill('#identifier', EMAIL);
  await page.fill('#password', PASSWORD);
  await page.dblclick('#submit');
  await page.waitForSelector('#who');
  assert.equal(await page.textContent('#who'), EMAIL);
  await page.context().close();
});

test('7: a wrong client and a wrong redirect URI are pages, never redirects', async () => {
  const page = await visit(browser);
  const url = await plain.authorizationUrl();
  for (const [name, value, picture_] of [['client_id', 'nobody', 'wrong-client'], ['redirect_uri', `${plain.origin}/callback/`, 'wrong-redirect-uri'], ['response_mode', 'web_message', 'wrong-mode']]) {
    const wrong = new URL(url);
    wrong.searchParams.set(name, value);
    const response = await page.goto(wrong.href);
    const reference = await isFailurePage(page, response, 400);
    assert.equal(new URL(page.url()).origin, onward.origin);
    await picture(page, picture_);
    if (name === 'redirect_uri') {
      const explained = await until('the incident is written', async () => onward.run(['explain', reference]));
      assert.match(explained, /redirect_uri\.mismatch/);
      assert.match(explained, /presented {3}…\//);
    }
  }
  await page.context().close();
});

test('7: what is wrong once the client is verified goes to the client', async () => {
  const page = await visit(browser);
  await page.goto((await plain.authorizationUrl({ prompt: 'none' })).href);
  assert.match(await page.textContent('#failed'), /login_required/);
  await page.context().close();
});

test('8: too many tries say when to try again', async () => {
  onward.makeUser('bob@example.com');
  const page = await visit(browser);
  await page.goto(`${shop.origin}/login`);
  let status;
  for (let n = 0; n < 11; n += 1) status = await fillSignIn(page, 'bob@example.com', `not the password ${n}`);
  assert.equal(status, 429);
  await isAccessible(page);
  await picture(page, 'throttled');
  await page.context().close();
});

test('8: a suspended account is told, after the right password', async () => {
  const carol = onward.makeUser('carol@example.com');
  onward.run(['user', 'suspend', carol.id]);
  const page = await visit(browser);
  await page.goto(`${plain.origin}/login`);
  await page.fill('#identifier', 'carol@example.com');
  await page.fill('#password', PASSWORD);
  const [response] = await Promise.all([page.waitForNavigation(), page.click('#submit')]);
  await isFailurePage(page, response, 403);
  await picture(page, 'suspended');
  await page.context().close();
});

test('10: a browser that keeps no cookies is told which address to use', async () => {
  const page = await visitWithoutCookies();
  const response = await page.goto(`${plain.origin}/login`);
  await isFailurePage(page, response, 400);
  assert.match(await page.textContent('main'), new RegExp(`localhost:${onward.port}`));
  await picture(page, 'no-cookies');
  await page.context().close();
});

test('every failure can be rehearsed', async () => {
  const codes = ['flow.missing', 'flow.foreign', 'flow.completed', 'browser.no_cookies', 'route.unknown', 'client.unknown', 'redirect_uri.mismatch', 'request.malformed', 'account.suspended', 'access.denied', 'throttled', 'unavailable', 'internal'];
  for (const code of codes) {
    const page = await visit(browser);
    const response = await page.goto(onward.run(['rehearse', code]));
    await isFailurePage(page, response, response.status());
    assert.ok(await page.isVisible('.rehearsal'), code);
    await picture(page, `rehearsal-${code}`);
    await page.context().close();
  }
});
