// The main job: sign in to an application through hosted pages, over real OIDC.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Application } from '../stage/application.mjs';
import { fillSignIn, isAccessible, openBrowser, picture, submit, visit } from '../stage/browser.mjs';
import { EMAIL, Onward, PASSWORD, until } from '../stage/onward.mjs';

let onward, shop, guest, browser;
before(async () => {
  onward = await Onward.start({ env: { ONWARD_LOG: 'debug' } });
  onward.makeUser();
  [shop, guest, browser] = await Promise.all([
    Application.start(onward, { clientUri: true }), Application.start(onward, { name: 'Guest', thirdParty: true }), openBrowser(),
  ]);
});
after(async () => { await browser?.close(); await shop?.stop(); await guest?.stop(); await onward?.stop(); });

test('a person signs in, stays signed in, and signs out', async () => {
  const page = await visit(browser);
  await page.goto(`${shop.origin}/`);
  await page.click('#login');
  await page.waitForSelector('#identifier');
  await isAccessible(page);
  await picture(page, 'sign-in');
  await fillSignIn(page);
  assert.equal(await page.textContent('#who'), EMAIL);
  assert.equal((await shop.userinfo()).email, EMAIL);
  assert.equal((await shop.refresh()).token_type, 'bearer');

  await page.goto(`${shop.origin}/login`);
  assert.equal(await page.textContent('#who'), EMAIL, 'silent the second time');

  await page.goto(shop.endSessionUrl({ client_id: shop.registered.id }).href);
  await isAccessible(page);
  await picture(page, 'sign-out');
  await submit(page, '#yes');
  assert.equal(await page.textContent('#bye'), 'bye');
  await page.goto(`${shop.origin}/login`);
  assert.ok(await page.isVisible('#identifier'));
  await page.context().close();
});

test('a wrong password keeps the identifier and says so', async () => {
  const page = await visit(browser);
  await page.goto(`${shop.origin}/login`);
  assert.equal(await fillSignIn(page, EMAIL, 'not the password at all'), 422);
  assert.equal(await page.inputValue('#identifier'), EMAIL);
  assert.ok(await page.isVisible('[role=alert]'));
  await isAccessible(page);
  await picture(page, 'sign-in-wrong');
  await page.context().close();
});

test('a person registers, without script', async () => {
  const page = await visit(browser, { javaScriptEnabled: false });
  await page.goto(`${shop.origin}/login`);
  await submit(page, '#register');
  await page.fill('#username', 'grace');
  await page.fill('#password', PASSWORD);
  await submit(page);
  assert.ok(await page.isVisible('#who'));
  await page.context().close();
});

test('the registration page is accessible and refuses a short password', async () => {
  const page = await visit(browser);
  await page.goto(`${shop.origin}/login?prompt=create`);
  await isAccessible(page);
  await picture(page, 'register');
  await page.fill('#username', 'hopper');
  await page.fill('#password', 'short');
  assert.equal(await submit(page), 422);
  await isAccessible(page);
  await page.context().close();
});

test('an application of somebody else asks, and learns of a refusal', async () => {
  const page = await visit(browser);
  await page.goto(`${guest.origin}/login`);
  await fillSignIn(page);
  await isAccessible(page);
  await picture(page, 'consent');
  await submit(page, '#deny');
  assert.match(await page.textContent('#failed'), /access_denied/);
  await page.goto(`${guest.origin}/login`);
  await submit(page, '#allow');
  assert.equal(await page.textContent('#who'), EMAIL);
  await page.context().close();
});

test('fragment and form_post answers arrive', async () => {
  const page = await visit(browser);
  await page.goto(`${shop.origin}/login`);
  await fillSignIn(page);
  const fragment = await shop.authorizationUrl({ response_mode: 'fragment' });
  await page.goto(fragment.href);
  assert.match(new URL(page.url()).hash, /code=.*&state=.*&iss=/);
  const [request] = await Promise.all([
    page.waitForRequest((request) => request.method() === 'POST' && request.url() === `${shop.origin}/callback`),
    page.goto((await shop.authorizationUrl({ response_mode: 'form_post' })).href),
  ]);
  assert.match(request.postData(), /code=.*&iss=/);
  assert.deepEqual(page.complaints, []);
  await page.context().close();
});

test('pages speak Chinese to whoever does', async () => {
  const page = await visit(browser, { locale: 'zh-CN' });
  await page.goto(`${shop.origin}/login`);
  assert.equal(await page.getAttribute('html', 'lang'), 'zh-CN');
  await isAccessible(page);
  await picture(page, 'sign-in-zh');
  await page.context().close();
});

test('the home page says who is signed in', async () => {
  const page = await visit(browser);
  await page.goto(`${onward.origin}/`);
  await isAccessible(page);
  await picture(page, 'home');
  await page.context().close();
});

test('c131 no secret in any log, address or referrer', async () => {
  const page = await visit(browser);
  const seen = [];
  page.on('request', (request) => seen.push(request.url(), request.headers().referer ?? ''));
  await page.goto(`${shop.origin}/login`);
  await fillSignIn(page);
  await page.goto(`${onward.origin}/no/such/page?password=${encodeURIComponent(PASSWORD)}&code=planted-code`);
  const cookies = (await page.context().cookies()).map((cookie) => cookie.value);
  const { access_token, refresh_token, id_token } = shop.tokens;
  await shop.refresh();
  await until('the log has what was planted', async () => /route.unknown/.test(onward.log));
  const log = onward.log;
  for (const secret of [PASSWORD, encodeURIComponent(PASSWORD), 'planted-code', access_token, refresh_token, id_token, shop.registered.secret, ...cookies]) {
    assert.ok(!log.includes(secret), 'a secret stands in the log');
  }
  for (const url of seen.filter((url) => url.startsWith(onward.origin))) {
    for (const secret of [access_token, refresh_token, id_token, ...cookies]) assert.ok(!url.includes(secret), url);
  }
  await page.context().close();
});
