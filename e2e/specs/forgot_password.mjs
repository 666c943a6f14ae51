// A forgotten password in Chromium: the letter, its link, the new password, and on with the sign-in.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Application } from '../stage/application.mjs';
import { fillSignIn, isAccessible, isFailurePage, openBrowser, picture, submit, visit } from '../stage/browser.mjs';
import { Letters } from '../stage/letters.mjs';
import { EMAIL, Onward } from '../stage/onward.mjs';

const NEW = 'seven quiet lanterns 4';
const letters = new Letters();
let onward, shop, browser;
before(async () => {
  onward = await Onward.start({ env: letters.env });
  onward.makeUser();
  [shop, browser] = await Promise.all([Application.start(onward), openBrowser()]);
});
after(async () => {
  await browser?.close(); await shop?.stop(); await onward?.stop();
  letters.remove();
});

test('a forgotten password is changed by a letter, and the sign-in goes on', async () => {
  const page = await visit(browser);
  await page.goto(`${shop.origin}/login`);
  await submit(page, '#forgot-password');
  await isAccessible(page);
  await picture(page, 'forgot-password');
  await page.fill('#identifier', EMAIL);
  // Whoever is killed between the answer and the letter sends it after all: at once, or, if the letter was being sent just
  // then, when the time is over that sending may take (ten seconds for a folder).
  await Promise.all([submit(page), page.waitForURL('**/link/sent*')]);
  await onward.kill();
  await onward.spawn();
  await isAccessible(page);
  await picture(page, 'link-sent-reset');

  const { link } = await letters.next(EMAIL);
  await page.goto(link);
  assert.ok(!page.url().includes('token'), page.url());
  await isAccessible(page);
  await picture(page, 'reset-password');
  await page.fill('#password', NEW);
  assert.equal(await submit(page), 200);
  await isAccessible(page);
  await picture(page, 'password-changed');
  await submit(page, '#forward');
  await fillSignIn(page, EMAIL, NEW);
  assert.equal(await page.textContent('#who'), EMAIL);
  assert.match((await letters.next(EMAIL)).text, /Your password was changed/);

  const again = await page.goto(link);
  await isFailurePage(page, again, 410);
  await picture(page, 'link-used');
  await page.context().close();
});
