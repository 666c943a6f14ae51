// A browser that prerenders the link of a letter: the page is made whole, and runs, before anybody looks at it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Application } from '../stage/application.mjs';
import { openBrowser, visit } from '../stage/browser.mjs';
import { Letters } from '../stage/letters.mjs';
import { EMAIL, Onward, until } from '../stage/onward.mjs';
import { Tab } from '../stage/tab.mjs';

const letters = new Letters();
let onward, shop, tab, browser;
before(async () => {
  onward = await Onward.start({ env: letters.env });
  onward.makeUser();
  [shop, tab, browser] = await Promise.all([Application.start(onward), Tab.open(), openBrowser()]);
});
after(async () => {
  await tab?.close(); await browser?.close(); await shop?.stop(); await onward?.stop();
  letters.remove();
});

test('c159 a page that was prerendered has used up nothing, and its button works once it is looked at', async () => {
  await tab.goto(`${shop.origin}/login`, '/sign-in');
  await tab.press('#sign-in-link', '/sign-in/link');
  await tab.fill('#identifier', EMAIL);
  await tab.press('#submit', '/link/sent');
  const { link } = await letters.next(EMAIL);
  await tab.evaluate(`(() => {
    const rules = Object.assign(document.createElement('script'), { type: 'speculationrules' });
    rules.textContent = JSON.stringify({ prerender: [{ source: 'list', urls: ['${link}'], eagerness: 'immediate' }] });
    document.head.append(rules);
  })()`);
  await until('the page is prerendered', async () => tab.prepared.includes('Ready')).catch((error) => {
    throw new Error(`${error.message}: ${tab.prepared}`);
  });
  assert.ok((await tab.cookies()).includes('onward-link'), 'it was opened');
  assert.ok(!(await tab.cookies()).includes('onward-session'), 'and did nothing');

  await tab.goto(link, '/link');
  assert.ok((await tab.evaluate("performance.getEntriesByType('navigation')[0].activationStart")) > 0, 'it is the page that was prepared');
  assert.equal(await tab.evaluate('document.querySelector("h1").textContent'), 'Sign in');
  await tab.press('#submit', '/callback');
  assert.equal(await tab.evaluate('document.querySelector("#who").textContent'), EMAIL);
});

test('c159 the script that presses the button waits for as long as the page is only prepared', async () => {
  const page = await visit(browser);
  await page.goto(`${shop.origin}/login`);
  await page.click('#sign-in-link');
  await page.waitForURL('**/sign-in/link?*');
  await page.fill('#identifier', EMAIL);
  await page.click('#submit');
  const { link } = await letters.next(EMAIL);
  // A browser that does not say to the server that it only prepares, but does say it to the page.
  await page.addInitScript(() => Object.defineProperty(document, 'prerendering', { value: true }));
  await page.goto(link);
  await page.waitForTimeout(500);
  assert.equal(new URL(page.url()).pathname, '/link');
  await page.evaluate(() => document.dispatchEvent(new Event('prerenderingchange')));
  await page.waitForSelector('#who');
  assert.equal(await page.textContent('#who'), EMAIL);
  await page.context().close();
});
