// Scenario 4 in Chromium: a sign-in provider of somebody else.
import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';

import { Provider } from '../providers/provider.mjs';
import { Application } from '../stage/application.mjs';
import { fillSignIn, isAccessible, isFailurePage, openBrowser, picture, submit, visit } from '../stage/browser.mjs';
import { EMAIL, Onward, PASSWORD } from '../stage/onward.mjs';

let onward, provider, shop, plain, browser;
before(async () => {
  [onward, provider] = await Promise.all([Onward.start(), Provider.start()]);
  onward.makeUser();
  await onward.api('POST', '/connectors', {
    connectorId: 'oidc', metadata: { target: 'work', name: { en: 'Work' } }, trustedDomains: ['work.example'],
    config: { clientId: 'onward', clientSecret: 's3cret', issuer: provider.issuer },
  });
  await onward.api('POST', '/connectors', {
    connectorId: 'oauth2', metadata: { target: 'forge', name: { en: 'Forge' } }, trustedDomains: ['work.example'],
    config: {
      clientId: 'onward', clientSecret: 's3cret', scope: 'user', authorizationEndpoint: `${provider.issuer}/oauth/authorize`,
      tokenEndpoint: `${provider.issuer}/oauth/token`, userInfoEndpoint: `${provider.issuer}/oauth/user`,
      profileMap: { id: 'sub', name: 'name', email: 'email', emailVerified: 'email_verified' },
    },
  });
  [shop, plain, browser] = await Promise.all([
    Application.start(onward, { name: 'Shop', initiate: true, clientUri: true }), Application.start(onward, { name: 'Plain' }), openBrowser(),
  ]);
});
after(async () => { await browser?.close(); await shop?.stop(); await plain?.stop(); await provider?.stop(); await onward?.stop(); });
beforeEach(() => { provider.token = 'well'; provider.posts = false; provider.person = { sub: 'u-1', name: 'Ada', email: 'ada@work.example', email_verified: true }; });

/** On the provider's page, by the button of the sign-in page. */
async function atProvider(application = plain, name = 'Work', options = {}) {
  const page = await visit(browser, options);
  await page.goto(`${application.origin}/login`);
  await choose(page, name);
  return page;
}

async function choose(page, name = 'Work') {
  await page.click(`#providers button:has-text("${name}")`);
  await page.waitForURL(`${provider.issuer}/**`);
}

test('signs in by a provider, and is known the next time', async () => {
  const page = await visit(browser);
  await page.goto(`${plain.origin}/login`);
  await isAccessible(page);
  await picture(page, 'social-sign-in');
  await choose(page);
  await page.click('#go-on');
  await page.waitForSelector('#who');
  const first = await page.textContent('#who');
  assert.equal(first, 'ada@work.example');
  await page.context().close();
  const again = await atProvider();
  await again.click('#go-on');
  await again.waitForSelector('#who');
  assert.equal(await again.textContent('#who'), first);
  await again.context().close();
});

test('works without script, by plain OAuth 2.0, and by a posted answer', async () => {
  const silent = await atProvider(plain, 'Work', { javaScriptEnabled: false });
  await silent.click('#go-on');
  await silent.waitForSelector('#who');
  await silent.context().close();
  const posting = await (async () => { provider.posts = true; return atProvider(); })();
  await posting.click('#post');
  await posting.waitForSelector('#who');
  await posting.context().close();
  provider.person = { ...provider.person, sub: 'forge-1', email: 'bob@work.example' };
  const forge = await atProvider(plain, 'Forge');
  await forge.click('#go-on');
  await forge.waitForSelector('#who');
  assert.equal(await forge.textContent('#who'), 'bob@work.example');
  await forge.context().close();
});

test('direct_sign_in goes straight to the provider', async () => {
  const page = await visit(browser);
  await page.goto((await plain.authorizationUrl({ direct_sign_in: 'social:work' })).href);
  await page.waitForURL(`${provider.issuer}/**`);
  await page.click('#go-on');
  await page.waitForSelector('#who');
  await page.context().close();
});

test('cancelled: back to the sign-in page with a note, and every other way still open', async () => {
  const page = await atProvider();
  await page.click('#cancel');
  await page.waitForSelector('[role=status]');
  assert.ok(page.url().startsWith(`${onward.origin}/sign-in?`));
  assert.match(await page.textContent('[role=status]'), /cancelled/);
  await isAccessible(page);
  await picture(page, 'social-cancelled');
  await fillSignIn(page);
  assert.equal(await page.textContent('#who'), EMAIL);
  await page.context().close();
});

test('failed: a page with a way on, and nothing of what the provider wrote', async () => {
  const page = await atProvider();
  const [response] = await Promise.all([page.waitForNavigation(), page.click('#fail')]);
  await isFailurePage(page, response, 502);
  assert.doesNotMatch(await page.content(), /taken|closed/);
  await picture(page, 'social-failed');
  // The same provider once more, and it fails again; then another way; then the provider after all.
  await page.click('#forward');
  await page.waitForURL(`${provider.issuer}/**`);
  await Promise.all([page.waitForNavigation(), page.click('#fail')]);
  await submit(page, '#other-ways');
  assert.ok(await page.isVisible('#password'));
  await choose(page);
  await page.click('#go-on');
  await page.waitForSelector('#who');
  await page.context().close();
});

test('on the way: a page that says where it goes, for whoever is not sent on', async () => {
  const page = await visit(browser);
  await page.route(`${provider.issuer}/**`, (route) => route.fulfill({ status: 204 }));
  await page.goto(`${plain.origin}/login`);
  await page.click('#providers button');
  await page.waitForSelector('#forward');
  assert.ok((await page.getAttribute('#forward', 'href')).startsWith(`${provider.issuer}/authorize?`));
  page.complaints.length = 0;
  await isAccessible(page);
  await picture(page, 'social-departure');
  await page.context().close();
});

for (const token of ['html', 'huge', 'slow', 'down']) {
  test(`a token endpoint that is ${token} ends on the same page`, async () => {
    provider.token = token;
    const page = await atProvider();
    const [response] = await Promise.all([page.waitForNavigation(), page.click('#go-on')]);
    await isFailurePage(page, response, 502);
    assert.ok(await page.isVisible('#forward'));
    await page.context().close();
  });
}

test('lost cookies, a foreign browser and a used answer: restart for the right application', async () => {
  const page = await atProvider(shop);
  const back = await page.getAttribute('#go-on', 'href');
  // Another browser: the state alone names the application, which begins again.
  const foreign = await visit(browser);
  await foreign.goto(back);
  await foreign.waitForSelector('#identifier');
  assert.match(await foreign.textContent('body'), /Shop/);
  await foreign.context().close();
  await page.click('#go-on');
  await page.waitForSelector('#who');
  // Once more: that sign-in is over, and the application begins one of its own, with a code of its own.
  const code = new URL(page.url()).searchParams.get('code');
  await page.goto(back);
  await page.waitForSelector('#who');
  assert.notEqual(new URL(page.url()).searchParams.get('code'), code);
  await page.context().close();
  // Without an address to begin at: the page that says what to do.
  const elsewhere = await atProvider(plain);
  const lost = await elsewhere.getAttribute('#go-on', 'href');
  await elsewhere.context().clearCookies();
  const response = await elsewhere.goto(lost);
  await isFailurePage(elsewhere, response, 404);
  await picture(elsewhere, 'social-lost');
  await elsewhere.context().close();
});

test('link your account: sign in once, and from then on the provider is a way in', async () => {
  provider.person = { sub: 'u-2', email: EMAIL, email_verified: true };
  const page = await atProvider();
  await page.click('#go-on');
  await page.waitForSelector('#link-account');
  await isAccessible(page);
  await picture(page, 'social-link-account');
  assert.equal(await fillSignIn(page, EMAIL, 'not her password'), 422);
  await isAccessible(page);
  await picture(page, 'social-link-account-wrong');
  await fillSignIn(page, EMAIL, PASSWORD);
  assert.equal(await page.textContent('#who'), EMAIL);
  await page.context().close();
  const again = await atProvider();
  await again.click('#go-on');
  await again.waitForSelector('#who');
  assert.equal(await again.textContent('#who'), EMAIL);
  await again.context().close();
});

test('link your account: who has none makes one', async () => {
  provider.person = { sub: 'u-3', name: 'Bob', email: 'bob@elsewhere.example', email_verified: true };
  const page = await atProvider();
  await page.click('#go-on');
  await page.waitForSelector('#new');
  await page.click('#new');
  await page.waitForSelector('#who');
  await page.context().close();
});

test('the connection test is content, and the buttons fit a small screen in light and dark', async () => {
  const tried = await onward.api('POST', `/connectors/${(await onward.api('GET', '/connectors'))[0].id}/test`);
  assert.deepEqual(tried.checks.map(({ check, ok }) => [check, ok]), [['discovery', true], ['jwks', true], ['clock', true], ['credential', true]]);
  const [narrow, wide] = [{ width: 320, height: 640 }, { width: 1_024, height: 768 }];
  for (const viewport of [narrow, wide]) {
    for (const colorScheme of ['light', 'dark']) {
      const page = await visit(browser, { viewport, colorScheme });
      await page.goto(`${plain.origin}/login`);
      assert.ok((await page.evaluate('document.documentElement.scrollWidth')) <= viewport.width);
      await isAccessible(page);
      await picture(page, `social-sign-in-${viewport.width}-${colorScheme}`);
      await page.context().close();
    }
  }
});
