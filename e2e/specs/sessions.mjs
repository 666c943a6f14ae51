// The browsers' session SDKs, unchanged, against an application in Rust.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { openBrowser, openWithThirdPartyCookies } from '../stage/browser.mjs';
import { until } from '../stage/onward.mjs';
import { HOSTS, Website } from '../stage/website.mjs';

let browser;
before(async () => { browser = await openBrowser(HOSTS); });
after(async () => { await browser?.close(); });

const LIFETIME = 3;
const SHORT = ['--access-lifetime', String(LIFETIME)];
const pause = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));
const signIn = (page, user) => page.evaluate((name) => window.signIn(name), user);
const call = (page, path, options) => page.evaluate(([to, how]) => window.call(to, how), [path, options]);
const exists = (page) => page.evaluate(() => window.session.doesSessionExist());
const events = (page) => page.evaluate(() => window.events.splice(0));
const POST = { method: 'POST' };

/** A request as a form of another site makes it: the browser adds the cookies, and nobody the headers. */
async function forged(page, site) {
  const cookies = await page.context().cookies(`${site.api}/me`);
  assert.ok(cookies.some((cookie) => cookie.name === 'sAccessToken'));
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  return (await fetch(`http://127.0.0.1:${site.port}/me`, { method: 'POST', headers: { cookie } })).status;
}

async function on(options, story) {
  const site = await Website.start(options);
  try { await story(site); } finally { await site.stop(); }
}

for (const sdk of ['supertokens-website', 'supertokens-web-js']) {
  for (const method of ['cookie', 'header']) {
    test(`${sdk}, ${method}: signs in, refreshes by itself at expiry, and signs out`, async () => {
      await on({ sdk, method, arguments: SHORT }, async (site) => {
        const page = await site.visit(browser);
        assert.equal(await exists(page), false);
        assert.equal((await signIn(page, 'ada')).status, 200);
        assert.equal(await exists(page), true);
        assert.equal(await page.evaluate(() => window.session.getUserId()), 'ada');
        const { body } = await call(page, '/me');
        assert.equal(body.user, 'ada');
        const payload = await page.evaluate(() => window.session.getAccessTokenPayloadSecurely());
        assert.equal(payload.sessionHandle, body.handle);
        const cookies = await page.context().cookies();
        assert.equal(cookies.some((cookie) => cookie.name === 'sAccessToken' && cookie.httpOnly && cookie.secure), method === 'cookie');
        page.refreshes.length = 0;
        await pause(LIFETIME);
        assert.equal((await call(page, '/me')).body.user, 'ada');
        assert.deepEqual(page.refreshes, [200]);
        await page.evaluate(() => window.session.signOut());
        assert.equal(await exists(page), false);
        assert.equal((await call(page, '/me')).status, 401);
        const seen = await events(page);
        for (const name of ['SESSION_CREATED', 'REFRESH_SESSION', 'SIGN_OUT', 'UNAUTHORISED']) assert.ok(seen.includes(name), `${name} in ${seen}`);
        await page.context().close();
      });
    });
  }
}

test('twenty calls at once at expiry: one refresh, and each call is answered', async () => {
  await on({ arguments: SHORT }, async (site) => {
    const page = await site.visit(browser);
    await signIn(page, 'ada');
    page.refreshes.length = 0;
    await pause(LIFETIME);
    const answers = await page.evaluate(() => Promise.all(Array.from({ length: 20 }, () => window.call('/me'))));
    assert.deepEqual(new Set(answers.map((answer) => answer.body.user)), new Set(['ada']));
    assert.deepEqual(page.refreshes, [200]);
    await page.context().close();
  });
});

test('several tabs at once at expiry: everybody stays signed in', async () => {
  await on({ arguments: SHORT }, async (site) => {
    const first = await site.visit(browser);
    await signIn(first, 'ada');
    const tabs = [first, ...(await Promise.all([1, 2, 3].map(() => site.visit(browser, { context: first.context() }))))];
    for (let round = 0; round < 3; round += 1) {
      await pause(LIFETIME);
      const answers = await Promise.all(tabs.map((tab) => call(tab, '/me')));
      assert.deepEqual(answers.map((answer) => answer.body.user), tabs.map(() => 'ada'));
    }
    await first.context().close();
  });
});

test('the API dies at expiry and comes back: nobody is signed out', async () => {
  await on({ arguments: SHORT }, async (site) => {
    const page = await site.visit(browser);
    await signIn(page, 'ada');
    await call(page, '/me');
    await pause(LIFETIME);
    await site.end('SIGKILL');
    await call(page, '/me').catch(() => null);
    // The SDK asks the API before it says that there is a session; what it remembers is in this cookie.
    assert.ok((await page.evaluate(() => document.cookie)).includes('sFrontToken'));
    await site.run(SHORT);
    assert.equal((await call(page, '/me')).body.user, 'ada');
    await page.context().close();
  });
});

test('a claim that does not suffice: 403, the event, and after the upgrade the way is free', async () => {
  await on({ sdk: 'supertokens-web-js' }, async (site) => {
    const page = await site.visit(browser);
    await signIn(page, 'ada');
    const refused = await call(page, '/premium');
    assert.equal(refused.status, 403);
    assert.deepEqual(refused.body.claimValidationErrors.map((error) => error.id), ['premium']);
    assert.ok((await events(page)).includes('API_INVALID_CLAIM'));
    const validate = () => page.evaluate(async () => (await window.session.validateClaims({ overrideGlobalClaimValidators: () => [window.premium.validators.isTrue()] })).length);
    assert.equal(await validate(), 1);
    assert.equal((await call(page, '/upgrade', POST)).status, 200);
    assert.equal(await page.evaluate(() => window.session.getClaimValue({ claim: window.premium })), true);
    assert.equal(await validate(), 0);
    assert.equal((await call(page, '/premium')).body.premium, true);
    await page.context().close();
  });
});

test('across sites, by cookies: SameSite=None, CORS, and the guard against forged requests', async () => {
  await on({ api: 'api.one.test', website: 'www.two.test', arguments: SHORT }, async (site) => {
    const page = await site.visit(browser, { context: await openWithThirdPartyCookies(HOSTS) });
    await signIn(page, 'ada');
    const cookies = await page.context().cookies(site.api);
    assert.equal(cookies.find((cookie) => cookie.name === 'sAccessToken').sameSite, 'None');
    await pause(LIFETIME);
    assert.equal((await call(page, '/me', POST)).body.user, 'ada');
    assert.equal(await forged(page, site), 401);
    await page.context().close();
  });
});

test('across sites, by headers: also in a browser that keeps no cookies of other sites', async () => {
  await on({ api: 'api.one.test', website: 'www.two.test', method: 'header', arguments: SHORT }, async (site) => {
    const page = await site.visit(browser);
    await signIn(page, 'ada');
    await pause(LIFETIME);
    assert.equal((await call(page, '/me', POST)).body.user, 'ada');
    assert.deepEqual(await page.context().cookies(site.api), []);
    await page.context().close();
  });
});

test('anti-CSRF tokens: kept and sent by the SDK', async () => {
  await on({ arguments: [...SHORT, '--anti-csrf-token'] }, async (site) => {
    const page = await site.visit(browser);
    await signIn(page, 'ada');
    assert.equal((await call(page, '/me', POST)).body.user, 'ada');
    await pause(LIFETIME);
    assert.equal((await call(page, '/me', POST)).body.user, 'ada');
    assert.equal(await forged(page, site), 401);
    await page.context().close();
  });
});

for (const custom of [false, true]) {
  test(`the cookie domain is changed${custom ? ', with a handler of one\'s own' : ''}: duplicates are healed without a sign-in`, async () => {
    const handlers = custom ? ['--custom'] : [];
    await on({ arguments: [...SHORT, ...handlers] }, async (site) => {
      const page = await site.visit(browser);
      await signIn(page, 'ada');
      await site.restart([...SHORT, ...handlers, '--cookie-domain', '.one.test']);
      const names = async () => (await page.context().cookies(`${site.api}/auth/session/refresh`)).filter((cookie) => cookie.name === 'sAccessToken').map((cookie) => cookie.domain).sort();
      assert.deepEqual(await names(), ['api.one.test']);
      const healed = [];
      page.on('response', async (answer) => { if (answer.url().endsWith('/session/refresh')) healed.push(await answer.json().catch(() => ({}))); });
      await pause(LIFETIME);
      assert.equal((await call(page, '/me')).body.user, 'ada');
      await pause(LIFETIME);
      assert.equal((await call(page, '/me')).body.user, 'ada');
      await until('the healing was told', async () => healed.some((body) => /duplicate session cookies were cleared/.test(body.message) && body.custom === (custom ? 'duplicates' : undefined)));
      await until('only the new domain is left', async () => (await names()).join() === '.one.test');
      assert.equal((await call(page, '/me')).body.user, 'ada');
      assert.equal(await exists(page), true);
      await page.context().close();
    });
  });
}

test('a thief in a second browser is found; the handler answers, and both are signed out', async () => {
  for (const custom of [false, true]) {
    const args = [...SHORT, '--window', '0', ...(custom ? ['--custom'] : [])];
    await on({ arguments: args }, async (site) => {
      const owner = await site.visit(browser);
      await signIn(owner, 'ada');
      await call(owner, '/me');
      const copied = await owner.context().storageState();
      const thief = await site.visit(browser, { context: await browser.newContext({ ignoreHTTPSErrors: true, storageState: copied }) });
      await pause(LIFETIME);
      assert.equal((await call(thief, '/me')).body.user, 'ada', 'the thief is in');
      const answers = [];
      owner.on('response', async (answer) => { if (answer.url().endsWith('/session/refresh')) answers.push(await answer.json()); });
      assert.equal((await call(owner, '/me')).status, 401);
      await until('the answer was read', async () => answers.length === 1);
      if (custom) assert.deepEqual(answers, [{ custom: 'theft', user: 'ada', rule: 'reused_after_confirmation' }]);
      else assert.deepEqual(answers, [{ message: 'token theft detected' }]);
      assert.equal(await exists(owner), false);
      await pause(LIFETIME);
      assert.equal((await call(thief, '/me')).status, 401);
      assert.equal(await exists(thief), false);
      await owner.context().close();
      await thief.context().close();
    });
  }
});

test('handlers of one\'s own answer, and the SDK still does its part', async () => {
  await on({ arguments: [...SHORT, '--custom'] }, async (site) => {
    const page = await site.visit(browser);
    const answers = [];
    page.on('response', async (answer) => { if (answer.status() >= 400) answers.push((await answer.json().catch(() => ({}))).custom); });
    assert.equal((await call(page, '/me')).body.custom, 'unauthorised');
    await signIn(page, 'ada');
    assert.equal((await call(page, '/premium')).body.custom, 'claims');
    await pause(LIFETIME);
    assert.equal((await call(page, '/me')).body.user, 'ada');
    assert.ok(answers.includes('refresh'), String(answers));
    await page.context().close();
  });
});

test('a person sees their devices', async () => {
  await on({}, async (site) => {
    const [first, second] = [await site.visit(browser), await site.visit(browser)];
    await signIn(first, 'ada');
    await signIn(second, 'ada');
    const { body } = await call(first, '/devices');
    assert.equal(body.length, 2);
    for (const device of body) assert.match(device.agent, /Chrome/);
    await first.context().close();
    await second.context().close();
  });
});
