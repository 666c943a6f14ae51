// Debian's Chromium, driven by playwright-core.
import { createRequire } from 'node:module';
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';

import { EMAIL, PASSWORD } from './onward.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const album = process.env.ONWARD_ALBUM;

export const launch = {
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
};

export async function openBrowser(args = []) {
  return chromium.launch({ ...launch, args: [...launch.args, ...args] });
}

/** A browser whose owner has decided about cookies, in Chromium's own settings. */
async function openProfile(preferences, options = {}) {
  const folder = mkdtempSync(path.join(tmpdir(), 'onward-profile-'));
  mkdirSync(path.join(folder, 'Default'));
  writeFileSync(path.join(folder, 'Default', 'Preferences'), JSON.stringify({ profile: preferences }));
  const context = await chromium.launchPersistentContext(folder, { ...launch, ...options });
  context.setDefaultTimeout(30_000);
  return context;
}

/** A page of a browser whose owner blocks all cookies. */
export async function visitWithoutCookies() {
  const context = await openProfile({ default_content_setting_values: { cookies: 2 } });
  return listen(context.pages()[0] ?? (await context.newPage()));
}

/** A browser that keeps cookies of other sites too, as private windows do not. */
export function openWithThirdPartyCookies(args) {
  return openProfile({ cookie_controls_mode: 0 }, { args: [...launch.args, ...args], ignoreHTTPSErrors: true });
}

/** A page of a fresh profile; whatever its console complains of fails the test. */
export async function visit(browser, options = {}) {
  const context = await browser.newContext({ locale: 'en-GB', ...options });
  context.setDefaultTimeout(30_000);
  return listen(await context.newPage());
}

function listen(page) {
  page.complaints = [];
  page.on('console', (message) => {
    // Chromium itself notes each answer of 4xx and 5xx; these are meant.
    if (['error', 'warning'].includes(message.type()) && !message.text().startsWith('Failed to load resource')) page.complaints.push(message.text());
  });
  page.on('pageerror', (error) => page.complaints.push(String(error)));
  return page;
}

export async function fillSignIn(page, identifier = EMAIL, password = PASSWORD) {
  await page.fill('#identifier', identifier);
  await page.fill('#password', password);
  return submit(page);
}

/** Presses the button and waits for the answer; returns its status. */
export async function submit(page, selector = '#submit') {
  const [response] = await Promise.all([page.waitForNavigation(), page.click(selector)]);
  return response?.status();
}

/** A failure page as the catalogue wants it: heading, reference, nothing that axe or the console complains of. */
export async function isFailurePage(page, response, status) {
  assert.equal(response.status(), status);
  assert.equal(await page.locator('h1').count(), 1);
  const reference = response.headers()['onward-reference'];
  assert.match(reference, /^[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}$/);
  assert.equal((await page.textContent('#reference')).trim(), reference);
  await isAccessible(page);
  return reference;
}

/** axe finds nothing, and the console is empty. */
export async function isAccessible(page) {
  const findings = await page.evaluate(`${axe}; axe.run().then((result) => result.violations.map((v) => v.id + ': ' + v.nodes.map((n) => n.html).join(' ')))`);
  assert.deepEqual(findings, []);
  assert.deepEqual(page.complaints, []);
}

/** Keeps a picture, when somebody wants to look: ONWARD_ALBUM names the folder. */
export async function picture(page, name) {
  if (!album) return;
  mkdirSync(album, { recursive: true });
  await page.screenshot({ path: path.join(album, `${name}.png`), fullPage: true });
}
