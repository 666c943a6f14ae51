// Links and codes of letters that are over, in Chromium: too old, withdrawn, too many asked for, tried or pressed at once.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Application } from '../stage/application.mjs';
import { fillSignIn, isAccessible, isFailurePage, openBrowser, picture, submit, visit } from '../stage/browser.mjs';
import { Letters } from '../stage/letters.mjs';
import { Onward } from '../stage/onward.mjs';
import { Postgres } from '../stage/postgres.mjs';

// Each has an account of their own, so that no limit of one test is met by another.
const [ADA, BOB, CLEO, DAN, EVE] = ['ada', 'bob', 'cleo', 'dan', 'eve'].map((name) => `${name}@example.com`);
const letters = new Letters();
let postgres, onward, shop, browser;
before(async () => {
  postgres = await Postgres.start();
  onward = await Onward.start({ database: postgres.url, env: letters.env });
  for (const name of [ADA, BOB, CLEO, DAN, EVE]) onward.makeUser(name);
  [shop, browser] = await Promise.all([Application.start(onward, { clientUri: true }), openBrowser()]);
});
after(async () => {
  await browser?.close(); await shop?.stop(); await onward?.stop(); postgres?.stop();
  letters.remove();
});

/** Asks for a link to sign in; returns the page that waits, and the letter. */
async function ask(email, options = {}) {
  const page = await visit(browser, options);
  await page.goto(`${shop.origin}/login`);
  await submit(page, '#sign-in-link');
  await page.fill('#identifier', email);
  await submit(page);
  return { page, letter: await letters.next(email) };
}

/** Eleven minutes pass for every link that there is. */
const elevenMinutesPass = () => {
  const past = 11 * 60 * 1_000_000;
  postgres.change(`UPDATE links SET created_at = created_at - ${past}, expires_at = expires_at - ${past}`);
};

const heading = (page) => page.locator('h1').textContent();
const path = (page) => new URL(page.url()).pathname;

test('r24 a link that is too old says so, and a new one goes on where it is asked for', async () => {
  const { page, letter } = await ask(ADA);
  elevenMinutesPass();
  await isFailurePage(page, await page.goto(letter.link), 410);
  assert.equal(await heading(page), 'This link is too old');
  await picture(page, 'link-expired');
  await submit(page, '#forward');
  assert.equal(path(page), '/link/sent');
  const next = await letters.next(ADA);
  await page.goto(next.link);
  await page.waitForSelector('#who');
  assert.equal(await page.textContent('#who'), ADA);
  await page.context().close();

  // In another browser, which has never asked.
  const second = await ask(ADA);
  elevenMinutesPass();
  const other = await visit(browser);
  await isFailurePage(other, await other.goto(second.letter.link), 410);
  await submit(other, '#forward');
  assert.equal(path(other), '/link/sent');
  await isAccessible(other);
  await other.fill('#code', (await letters.next(ADA)).code);
  await submit(other);
  assert.equal(await heading(other), 'You are signed in');
  await other.context().close();
  await second.page.context().close();
});

test('r24 a link that was withdrawn sends no other, and leads to every other way to sign in', async () => {
  const { page, letter } = await ask(BOB);
  const owner = await visit(browser);
  await owner.goto(`${shop.origin}/login`);
  await submit(owner, '#forgot-password');
  await owner.fill('#identifier', BOB);
  await submit(owner);
  await owner.goto((await letters.next(BOB)).link);
  await owner.fill('#password', 'another quiet harbour 7');
  await submit(owner);
  await owner.context().close();
  await isFailurePage(page, await page.goto(letter.link), 410);
  assert.equal(await heading(page), 'This link was withdrawn');
  await picture(page, 'link-revoked');
  await submit(page, '#forward');
  await fillSignIn(page, BOB, 'another quiet harbour 7');
  assert.equal(await page.textContent('#who'), BOB);
  await page.context().close();
});

test('whoever asks for too many letters is told how long to wait, and the last letter stays good', async () => {
  const { page, letter } = await ask(CLEO);
  let last = letter;
  for (let n = 2; n <= 5; n += 1) {
    assert.equal(await submit(page, '#again'), 200);
    last = await letters.next(CLEO);
  }
  const sent = letters.count;
  assert.equal(await submit(page, '#again'), 429);
  assert.match(await page.textContent('#error'), /Use the newest one that you have, or wait 60 minutes/);
  await isAccessible(page);
  await picture(page, 'link-sent-throttled');

  // The same by the form, and from a link that is dead: told on each, and there is another way to sign in.
  const form = await visit(browser);
  await form.goto(`${shop.origin}/login`);
  await submit(form, '#sign-in-link');
  await form.fill('#identifier', CLEO);
  assert.equal(await submit(form), 429);
  await isAccessible(form);
  await picture(form, 'ask-link-throttled');
  await isFailurePage(form, await form.goto(letter.link), 410);
  const [refused] = await Promise.all([form.waitForNavigation(), form.click('#forward')]);
  await isFailurePage(form, refused, 429);
  await picture(form, 'link-again-throttled');
  await submit(form, '#forward');
  assert.equal(await heading(form), 'A newer link took its place');
  await form.goto(`${shop.origin}/login`);
  await fillSignIn(form, CLEO);
  assert.equal(await form.textContent('#who'), CLEO);
  await form.context().close();

  assert.equal(letters.count, sent, 'no letter was sent beyond the fifth');
  await page.fill('#code', last.code);
  await submit(page);
  assert.equal(await page.textContent('#who'), CLEO);
  await page.context().close();
});

test('c160 a link that is pressed fifty times at once begins one session, and all go on', async () => {
  const { page, letter } = await ask(DAN);
  await page.context().close();
  const other = await visit(browser);
  await other.goto(letter.link);
  const nonce = await other.inputValue('[name=nonce]');
  const press = () => other.context().request.post(`${onward.endpoint}/link`, {
    form: { nonce }, maxRedirects: 0, headers: { origin: onward.endpoint, 'sec-fetch-site': 'same-origin' },
  });
  const answers = await Promise.all(Array.from({ length: 50 }, press));
  const sessions = answers.flatMap((answer) => answer.headersArray())
    .filter(({ name, value }) => name.toLowerCase() === 'set-cookie' && value.startsWith('onward-session='));
  assert.equal(sessions.length, 1);
  const elsewhere = answers.filter((answer) => ![200, 303].includes(answer.status()));
  assert.deepEqual(await Promise.all(elsewhere.map((answer) => answer.text())), []);
  await other.goto(`${onward.endpoint}/account/sessions`);
  assert.equal(await other.locator('#sessions li').count(), 1);
  await other.context().close();
});

test('after five wrong codes no code is right any more, and another letter is', async () => {
  const { page, letter } = await ask(EVE);
  const wrong = letter.code === '000000' ? '000001' : '000000';
  for (let n = 1; n <= 5; n += 1) {
    await page.fill('#code', wrong);
    assert.equal(await submit(page), 422);
  }
  await page.fill('#code', letter.code);
  assert.equal(await submit(page), 422);
  await isAccessible(page);
  await picture(page, 'link-sent-five-wrong');
  await submit(page, '#again');
  await page.fill('#code', (await letters.next(EVE)).code);
  await submit(page);
  assert.equal(await page.textContent('#who'), EVE);
  await page.context().close();
});
