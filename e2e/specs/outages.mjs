// The database stops and starts; the process is killed; two nodes share one database.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { Application } from '../stage/application.mjs';
import { fillSignIn, isFailurePage, openBrowser, picture, submit, visit } from '../stage/browser.mjs';
import { EMAIL, Onward, PASSWORD, until } from '../stage/onward.mjs';
import { Postgres } from '../stage/postgres.mjs';

let postgres, secretKeyFile, browser;
before(async () => {
  [postgres, browser] = await Promise.all([Postgres.start(), openBrowser()]);
  secretKeyFile = path.join(mkdtempSync(path.join(tmpdir(), 'onward-secret-')), 'key');
  writeFileSync(secretKeyFile, randomBytes(32).toString('base64url'), { mode: 0o600 });
});
after(async () => { await browser?.close(); postgres?.stop(); });

test('9: f25 the database stops: a page, nothing lost, nobody signed out, no restart needed', async () => {
  const onward = await Onward.start({ database: postgres.url, secretKeyFile });
  onward.makeUser();
  const shop = await Application.start(onward, { clientUri: true });
  const page = await visit(browser);
  await page.goto(`${shop.origin}/login`);
  await page.fill('#identifier', EMAIL);
  await page.fill('#password', PASSWORD);
  const before = await page.context().cookies();
  postgres.down();
  const [response] = await Promise.all([page.waitForNavigation(), page.click('#submit')]);
  await isFailurePage(page, response, 503);
  assert.ok(response.headers()['retry-after']);
  await picture(page, 'store-down');
  assert.deepEqual(await page.context().cookies(), before, 'no cookie was cleared');
  assert.equal((await fetch(`${onward.origin}/readyz`)).status, 503);
  assert.equal((await fetch(`${onward.origin}/healthz`)).status, 200);
  postgres.up();
  await until('the server recovers by itself', async () => (await fetch(`${onward.origin}/readyz`)).ok);
  await submit(page, '#forward');
  await fillSignIn(page);
  assert.equal(await page.textContent('#who'), EMAIL);
  await page.context().close();
  await shop.stop();
  assert.deepEqual(await onward.stop(), { code: 0, signal: null }, 'f41 SIGTERM ends it well');
});

test('two nodes over one PostgreSQL: begun on one, finished on the other; settings seen within a second', async () => {
  const first = await Onward.start({ database: postgres.url, secretKeyFile });
  const second = await Onward.start({ database: postgres.url, secretKeyFile, endpoint: first.endpoint });
  const shop = await Application.start(first, { name: 'Two nodes' });
  const page = await visit(browser);
  await page.goto(`${shop.origin}/login`);
  const flow = new URL(page.url()).searchParams.get('flow');
  // Cookies belong to the host, not to the port: the other node is another port of it.
  await page.goto(`${second.origin}/sign-in?flow=${flow}`);
  await fillSignIn(page);
  assert.equal(await page.textContent('#who'), EMAIL);
  await first.api('PATCH', '/sign-in-exp', { supportEmail: 'within-a-second@example.com' });
  await until('the other node has seen it', async () => {
    const text = await (await fetch(`${second.origin}/no/such`, { headers: { accept: 'text/html' } })).text();
    return text.includes('within-a-second@example.com');
  }, 1_500);
  await page.context().close();
  await shop.stop();
  await second.stop();
  await first.stop();
});

test('f24 the database is down at start: alive, not ready, then ready', async () => {
  postgres.down();
  const starting = Onward.start({ database: postgres.url, secretKeyFile });
  await new Promise((done) => setTimeout(done, 700));
  postgres.up();
  const onward = await starting;
  await onward.stop();
});

test('f02 kill -9 at any moment loses nothing acknowledged', async () => {
  let onward = await Onward.start();
  onward.makeUser();
  const shop = await Application.start(onward, { kind: 'spa' });
  const page = await visit(browser);
  await page.goto(`${shop.origin}/login`);
  await fillSignIn(page);
  assert.equal(await page.textContent('#who'), EMAIL);
  // Users registered while the process is killed at a random moment: each that was acknowledged must exist.
  for (let round = 0; round < 5; round += 1) {
    const acknowledged = [];
    let going = true;
    const load = Promise.all([0, 1, 2, 3].map(async (lane) => {
      for (let n = 0; going && n < 40; n += 1) {
        const name = `r${round}l${lane}n${n}`;
        const made = await onward.api('POST', '/applications', { name, type: 'SPA' }).catch(() => undefined);
        if (made) acknowledged.push(made.id);
      }
    }));
    await until('something is acknowledged', async () => acknowledged.length > 0);
    await new Promise((done) => setTimeout(done, Math.random() * 250));
    await onward.kill();
    going = false;
    await load;
    await onward.spawn();
    const known = new Set(JSON.parse(onward.run(['application', 'list', '--json'])).map((application) => application.id));
    for (const id of acknowledged) assert.ok(known.has(id), `${id} was acknowledged and is lost`);
  }
  // And the person is still signed in, the refresh token still good.
  await page.goto(`${shop.origin}/login`);
  assert.equal(await page.textContent('#who'), EMAIL);
  await shop.refresh();
  await page.context().close();
  await shop.stop();
  await onward.stop();
});

test('f58 a log that nobody reads delays nothing', async () => {
  const onward = await Onward.start();
  onward.process.stderr.pause();
  // More lines than a pipe holds.
  for (let n = 0; n < 40; n += 1) {
    await Promise.all(Array.from({ length: 50 }, () => fetch(`${onward.origin}/no/such/page`, { headers: { accept: 'text/html' } }).then((answer) => answer.text())));
  }
  assert.equal((await fetch(`${onward.origin}/readyz`)).status, 200);
  onward.process.stderr.resume();
  await onward.stop();
});

test('f38 out of file descriptors: the server sheds, and serves again when some are free', async () => {
  const onward = await Onward.start({ files: 48 });
  const crowd = [];
  for (let n = 0; n < 80; n += 1) {
    const socket = net.connect(onward.port, '127.0.0.1');
    socket.on('error', () => {});
    crowd.push(socket);
  }
  await new Promise((done) => setTimeout(done, 500));
  assert.equal(onward.process.exitCode, null, 'it lives');
  for (const socket of crowd) socket.destroy();
  await until('it serves again', async () => (await fetch(`${onward.origin}/readyz`)).ok);
  await onward.stop();
});
