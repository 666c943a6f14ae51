// Invitations to organizations in Chromium: somebody new, somebody with an account, somebody else, and each dead one.
// One-time tokens, which applications send by themselves.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Application } from '../stage/application.mjs';
import { fillSignIn, isAccessible, isFailurePage, openBrowser, picture, submit, visit } from '../stage/browser.mjs';
import { Letters } from '../stage/letters.mjs';
import { EMAIL, Onward, until } from '../stage/onward.mjs';

const letters = new Letters();
let onward, shop, browser, organization, inviter, role;
before(async () => {
  onward = await Onward.start({ env: letters.env });
  onward.makeUser();
  inviter = onward.makeUser('grace@example.com').id;
  organization = (await onward.api('POST', '/organizations', { name: 'Harbour Sailing Club' })).id;
  role = (await onward.api('POST', '/organization-roles', { name: 'skipper' })).id;
  [shop, browser] = await Promise.all([Application.start(onward), openBrowser()]);
});
after(async () => {
  await browser?.close(); await shop?.stop(); await onward?.stop();
  letters.remove();
});

/** Invites somebody; returns the invitation, and the link of its letter. */
async function invite(invitee, more = {}) {
  const invitation = await onward.api('POST', '/organization-invitations', {
    organizationId: organization, invitee, inviterId: inviter, organizationRoleIds: [role], ...more,
  });
  const { link, text } = await letters.next(invitee);
  assert.match(text, /grace@example\.com invites you to Harbour Sailing Club/);
  return { ...invitation, link };
}

const heading = (page) => page.locator('h1').textContent();
const status = async ({ id }) => (await onward.api('GET', `/organization-invitations/${id}`)).status;

for (const javaScriptEnabled of [true, false]) {
  test(`somebody new joins with one button, ${javaScriptEnabled ? 'with' : 'without'} script`, async () => {
    const name = `new-${javaScriptEnabled}@example.com`;
    const invitation = await invite(name);
    const page = await visit(browser, { javaScriptEnabled });
    await page.goto(invitation.link);
    assert.ok(!page.url().includes('token'), page.url());
    assert.equal(await heading(page), 'Join Harbour Sailing Club');
    if (javaScriptEnabled) await isAccessible(page);
    await picture(page, 'invitation-register');
    await submit(page);
    assert.equal(await heading(page), 'You belong to Harbour Sailing Club now');
    if (javaScriptEnabled) await isAccessible(page);
    await picture(page, 'joined');
    await page.goto(`${onward.endpoint}/`);
    assert.match(await page.textContent('main'), new RegExp(name));
    await page.goto(invitation.link);
    assert.equal(await heading(page), 'You belong to Harbour Sailing Club already');
    assert.equal(await status(invitation), 'Accepted');
    assert.ok(!onward.log.includes(new URL(invitation.link).searchParams.get('token')));
    await page.context().close();
  });
}

test('somebody with an account signs in by the code, and comes back to the invitation', async () => {
  const invitation = await invite(EMAIL);
  const page = await visit(browser);
  await page.goto(invitation.link);
  await isAccessible(page);
  await picture(page, 'invitation-sign-in');
  await submit(page);
  const { code } = await letters.next(EMAIL);
  await page.fill('#code', code);
  await submit(page);
  assert.equal(await heading(page), 'Join Harbour Sailing Club');
  assert.match(await page.textContent('main'), /You are signed in as ada@example\.com/);
  await isAccessible(page);
  await picture(page, 'invitation-join');
  await submit(page);
  assert.equal(await heading(page), 'You belong to Harbour Sailing Club now');

  // The same browser, an invitation of somebody else.
  const other = await invite('bob@example.com');
  const asked = await page.goto(other.link);
  await isFailurePage(page, asked, 403);
  assert.equal(await heading(page), 'You are signed in as somebody else');
  await picture(page, 'invitation-other-account');
  await submit(page, '#stay');
  assert.match(await page.textContent('main'), /ada@example\.com/, 'stayed');
  await page.goto(other.link);
  await submit(page, '#forward');
  assert.equal(await heading(page), 'You belong to Harbour Sailing Club now');
  await page.goto(`${onward.endpoint}/`);
  assert.match(await page.textContent('main'), /bob@example\.com/, 'switched');
  await page.context().close();
});

test('each dead invitation says which, and whom to ask', async () => {
  const replaced = await invite('eve@example.com');
  const revoked = await invite('eve@example.com');
  await onward.api('PUT', `/organization-invitations/${revoked.id}/status`, { status: 'Revoked' });
  const expired = await invite('eve@example.com', { expiresAt: Date.now() + 6_000 });
  const used = await invite('dan@example.com');
  const dan = await visit(browser);
  await dan.goto(used.link);
  await submit(dan);
  await dan.context().close();
  await until('the invitation is too old', async () => (await status(expired)) === 'Expired');
  for (const [name, { link }, title, options] of [
    ['replaced', replaced, 'A newer invitation took its place', {}],
    ['revoked', revoked, 'This invitation was withdrawn', { colorScheme: 'dark' }],
    ['expired', expired, 'This invitation is too old', { viewport: { width: 320, height: 640 } }],
    ['used', used, 'This invitation was accepted', {}],
  ]) {
    const page = await visit(browser, options);
    await isFailurePage(page, await page.goto(link), 410);
    assert.equal(await heading(page), title);
    assert.match(await page.textContent('#advice'), /Ask grace@example\.com for a new invitation to Harbour Sailing Club/);
    await picture(page, `invitation-${name}`);
    await page.context().close();
  }
  const page = await visit(browser, { locale: 'zh-CN' });
  await isFailurePage(page, await page.goto(revoked.link), 410);
  await picture(page, 'invitation-revoked-zh');
  await page.context().close();
});

/** Makes a token, and returns the address at which the application begins with it. */
async function token(email, more = {}) {
  const made = await onward.api('POST', '/one-time-tokens', { email, ...more });
  return { ...made, start: `${shop.origin}/login?${new URLSearchParams({ one_time_token: made.token, login_hint: email })}` };
}

test('a one-time token signs in with one button, and makes the account of somebody new', async () => {
  const made = await token('fresh@example.com', { context: { jitOrganizationIds: [organization] } });
  const page = await visit(browser);
  await page.goto(made.start);
  assert.equal(new URL(page.url()).pathname, '/one-time-token');
  assert.ok(!page.url().includes(made.token), page.url());
  assert.equal(await heading(page), 'Create your account');
  await isAccessible(page);
  await picture(page, 'one-time-token');
  assert.equal((await onward.api('GET', `/one-time-tokens/${made.id}`)).status, 'active');
  await submit(page);
  assert.equal(await page.textContent('#who'), 'fresh@example.com');

  const other = await token(EMAIL);
  await isFailurePage(page, await page.goto(other.start), 403);
  await picture(page, 'one-time-token-other-account');
  await submit(page, '#forward');
  assert.equal(await page.textContent('#who'), EMAIL);
  assert.ok(!onward.log.includes(made.token));
  await page.context().close();
});

test('a dead one-time token says which, and the sign-in goes on another way', async () => {
  const used = await token(EMAIL);
  await onward.api('POST', '/one-time-tokens/verify', { email: EMAIL, token: used.token });
  const page = await visit(browser, { javaScriptEnabled: true });
  await isFailurePage(page, await page.goto(used.start), 410);
  assert.equal(await heading(page), 'This link has been used');
  await picture(page, 'one-time-token-used');
  await submit(page, '#forward');
  await fillSignIn(page);
  assert.equal(await page.textContent('#who'), EMAIL);
  await page.context().close();
});
