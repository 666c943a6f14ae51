// The README's command: server and sample application, and the tour of the unhappy paths.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, before, test } from 'node:test';

import { fillSignIn, isAccessible, openBrowser, picture, submit, visit } from '../stage/browser.mjs';
import { EMAIL, freePort, until } from '../stage/onward.mjs';

let demo, origin, server, browser;
before(async () => {
  const [port, applicationPort, providerPort] = [await freePort(), await freePort(), await freePort()];
  [origin, server] = [`http://localhost:${applicationPort}`, `http://localhost:${port}`];
  demo = spawn(process.env.ONWARD_BINARY, ['demo', '--listen', `127.0.0.1:${port}`, '--application-listen', `127.0.0.1:${applicationPort}`, '--provider-listen', `127.0.0.1:${providerPort}`], { env: { PATH: process.env.PATH }, stdio: 'ignore' });
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

test('a provider of somebody else: signs in with an account there, and is known the next time', async () => {
  const page = await visit(browser);
  await page.goto(`${origin}/`);
  const [provider, email, password] = await Promise.all(['#demo-provider', '#demo-provider-email', '#demo-password'].map((id) => page.textContent(id)));
  for (const first of [true, false]) {
    await page.goto(`${origin}/`);
    await submit(page, '#sign-in');
    await picture(page, 'demo-sign-in');
    await page.getByRole('button', { name: provider }).click();
    if (first) {
      await page.waitForURL(({ hostname }) => hostname === '127.0.0.1');
      await isAccessible(page);
      await picture(page, 'demo-provider');
      await fillSignIn(page, email, password);
      // Nobody here is believed to be Grace by an address alone.
      await picture(page, 'demo-provider-back');
      await submit(page, '#new-account button');
    }
    await page.waitForSelector('#signed-in');
    assert.equal(page.url(), `${origin}/`);
    await submit(page, '#sign-out');
    if (await page.isVisible('#yes')) await submit(page, '#yes');
  }
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

test('a letter: its link and its code are read on the mail page, and sign in', async () => {
  const page = await visit(browser);
  await page.goto(`${origin}/`);
  await submit(page, '#mail');
  assert.match(await page.textContent('main'), /No letters yet/);
  await isAccessible(page);
  await picture(page, 'demo-mail-empty');
  await page.goto(`${origin}/`);
  await submit(page, '#sign-in');
  await submit(page, '#sign-in-link');
  await page.fill('#identifier', EMAIL);
  await submit(page);
  const mail = await page.context().newPage();
  await until('the letter is there', async () => {
    await mail.goto(`${origin}/mail`);
    return (await mail.locator('#letters article').count()) === 1;
  });
  await isAccessible(Object.assign(mail, { complaints: [] }));
  await picture(mail, 'demo-mail');
  const [, code] = /(\d{6})/.exec(await mail.textContent('#letters article'));
  await page.fill('#code', code);
  await submit(page);
  await page.waitForURL(`${origin}/**`);
  assert.ok(await page.isVisible('#signed-in'), 'the code signs in');
  await submit(page, '#sign-out');
  if (await page.isVisible('#yes')) await submit(page, '#yes');
  // What has been used says so, and leads on.
  await submit(mail, '#letters article a.button');
  assert.match(await mail.textContent('h1'), /used/);
  await page.context().close();
});

/** A person who has signed in a moment ago, on the page of the five errors. */
async function signedIn() {
  const page = await visit(browser);
  await page.goto(`${origin}/session-errors`);
  await submit(page, '#forward');
  assert.equal(await fillSignIn(page), 200);
  assert.equal(page.url(), `${origin}/session-errors`, 'where they were going');
  return page;
}

/** What the page of a session error says: handler, status, body and tokens, and that it leads on. */
async function handled(page, name) {
  await isAccessible(page);
  await picture(page, `demo-${name}`);
  assert.ok(await page.isVisible('#forward'));
  const said = await Promise.all(['#handler', '#status', '#tokens', '#body'].map((id) => page.textContent(id)));
  return [...said.slice(0, 3), JSON.parse(said[3])];
}

// Cookies know no ports: those of the server lie beside.
const cookies = async (page) => (await page.context().cookies()).map(({ name }) => name).filter((name) => name.startsWith('s')).sort();

test('shows the session and all of a person, refreshes on the way, and signs out one and everywhere', async () => {
  const [laptop, phone] = [await signedIn(), await signedIn()];
  await phone.close();
  await laptop.goto(`${origin}/`);
  assert.equal(await laptop.locator('#sessions li').count(), 2);
  assert.match(await laptop.textContent('#session'), /HeadlessChrome|Chrome/);
  await isAccessible(laptop);
  await picture(laptop, 'demo-sessions');
  const generation = async () => Number(await laptop.textContent('#generation'));
  const before = await generation();
  await laptop.waitForTimeout(3_100);
  await submit(laptop, '#refresh-session');
  assert.equal(laptop.url(), `${origin}/`);
  assert.equal(await generation(), before + 1);
  const one = laptop.locator('#sessions li', { hasNotText: 'this browser' }).locator('button');
  await Promise.all([laptop.waitForNavigation(), one.click()]);
  assert.equal(await laptop.locator('#sessions li').count(), 1);
  await submit(laptop, '#end-all');
  assert.ok(await laptop.isVisible('#sign-in'));
  assert.deepEqual(await cookies(laptop), []);
  await laptop.context().close();
});

test('the five session errors: unauthorised', async () => {
  const page = await signedIn();
  await isAccessible(page);
  await picture(page, 'demo-session-errors');
  assert.equal(await submit(page, '#unauthorised'), 401);
  assert.deepEqual(await handled(page, 'unauthorised'), ['on_unauthorised', '401', 'cleared', { message: 'unauthorised' }]);
  assert.deepEqual(await cookies(page), []);
  await submit(page, '#forward');
  assert.equal(page.url(), `${origin}/session-errors`, 'the provider still knows them');
  await page.context().close();
});

test('the five session errors: try refresh token', async () => {
  const page = await signedIn();
  const before = await page.context().cookies();
  assert.equal(await submit(page, '#try-refresh-token'), 401);
  assert.deepEqual(await handled(page, 'try-refresh-token'), ['on_try_refresh_token', '401', 'left as they are', { message: 'try refresh token' }]);
  assert.deepEqual(await page.context().cookies(), before);
  await submit(page, '#forward');
  assert.equal(page.url(), `${origin}/session-errors`);
  await page.context().close();
});

test('the five session errors: invalid claim', async () => {
  const page = await signedIn();
  assert.equal(await submit(page, '#invalid-claim'), 403);
  const [handler, status, tokens, body] = await handled(page, 'invalid-claim');
  assert.deepEqual([handler, status, tokens], ['on_invalid_claim', '403', 'left as they are']);
  assert.equal(body.claimValidationErrors[0].id, 'supporter');
  assert.equal(await submit(page, '#forward'), 200);
  assert.equal(await page.textContent('h1'), 'For supporters only');
  await isAccessible(page);
  await submit(page, '#stop');
  assert.equal(page.url(), `${origin}/session-errors`);
  await page.context().close();
});

test('the five session errors: token theft, with a second browser', async () => {
  const page = await signedIn();
  assert.equal(await submit(page, '#token-theft'), 200);
  assert.ok(await page.isVisible('#stolen'));
  await isAccessible(page);
  await picture(page, 'demo-stolen');
  assert.equal(await submit(page, '#forward'), 401);
  assert.deepEqual(await handled(page, 'token-theft'), ['on_token_theft_detected', '401', 'cleared', { message: 'token theft detected' }]);
  assert.match(await page.textContent('#received'), /reused_after_confirmation/);
  assert.match(await page.textContent('#received'), /The second browser/);
  assert.deepEqual(await cookies(page), []);
  await page.context().close();
});

test('the five session errors: duplicate session cookies', async () => {
  const page = await signedIn();
  assert.equal(await submit(page, '#duplicates'), 200);
  const [handler, status, tokens, body] = await handled(page, 'duplicates');
  assert.deepEqual([handler, status, tokens], ['on_clear_duplicate_session_cookies', '200', 'replaced by new ones']);
  assert.match(body.message, /duplicate session cookies were cleared/);
  await submit(page, '#forward');
  assert.equal(page.url(), `${origin}/session-errors`);
  assert.deepEqual(await cookies(page), ['sAccessToken', 'sRefreshToken']);
  await page.context().close();
});

test('the five session errors work without script', async () => {
  const page = await visit(browser, { javaScriptEnabled: false });
  await page.goto(`${origin}/session-errors`);
  await submit(page, '#forward');
  assert.equal(await fillSignIn(page), 200);
  assert.equal(await submit(page, '#try-refresh-token'), 401);
  await submit(page, '#forward');
  assert.equal(page.url(), `${origin}/session-errors`);
  await page.context().close();
});
