// An application in Rust is killed again and again while people refresh: real processes, a real disk.
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Website } from '../stage/website.mjs';

const PEOPLE = 24;
const KILLS = 12;
// Every second refresh of a person rotates; lost answers come more often than by chance.
const ARGUMENTS = ['--access-lifetime', '2', '--window', '2'];
const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

/** A client that keeps header tokens, and tries again as clients do. */
class Person {
  constructor(site, name) { Object.assign(this, { site, name, refreshes: 0, rotations: 0, lost: 0 }); }

  async ask(path, token) {
    const headers = { 'st-auth-mode': 'header', 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
    const body = path === '/sign-in' ? JSON.stringify({ user: this.name }) : undefined;
    const answer = await fetch(`http://127.0.0.1:${this.site.port}${path}`, { method: 'POST', headers, body, signal: AbortSignal.timeout(900) });
    const text = await answer.text();
    const access = answer.headers.get('st-access-token');
    if (answer.ok && access) {
      this.access = access;
      this.rotations += Number(answer.headers.get('st-refresh-token') ? this.refresh !== answer.headers.get('st-refresh-token') : false);
      this.refresh = answer.headers.get('st-refresh-token') ?? this.refresh;
    }
    return { status: answer.status, text };
  }

  async live(until) {
    while (!until()) {
      try {
        const { status, text } = await this.ask('/auth/session/refresh', this.refresh);
        if (status !== 503) assert.equal(status, 200, `${this.name}: ${text}`);
        this.refreshes += 1;
        if (status === 200 && Math.random() < 0.7) await this.ask('/me', this.access);
      } catch (error) {
        if (error.code === 'ERR_ASSERTION') throw error;
        // The answer is lost: nobody knows whether the refresh happened.
        this.lost += 1;
        await pause(1_000 + Math.random() * 500);
      }
      await pause(Math.random() * 150);
    }
  }
}

test('kill -9, twelve times: nobody is signed out, and nobody is taken for a thief', async () => {
  const site = await Website.start({ arguments: ARGUMENTS });
  try {
    const people = Array.from({ length: PEOPLE }, (_, number) => new Person(site, `person${number}`));
    await Promise.all(people.map((person) => person.ask('/sign-in')));
    let over = false;
    const lives = Promise.all(people.map((person) => person.live(() => over)));
    // A life that ends badly ends the test at once.
    let bad;
    lives.catch((error) => { bad = error; });
    for (let kill = 0; kill < KILLS && !bad; kill += 1) {
      await pause(700 + Math.random() * 1_300);
      await site.end('SIGKILL');
      await site.run(ARGUMENTS);
    }
    await pause(2_500);
    over = true;
    await lives;
    await pause(2_100);
    for (const person of people) {
      const { status, text } = await person.ask('/auth/session/refresh', person.refresh);
      assert.equal(status, 200, text);
      assert.equal((await person.ask('/me', person.access)).status, 200);
    }
    const sum = (what) => people.reduce((total, person) => total + person[what], 0);
    assert.ok(sum('lost') >= KILLS, `${sum('lost')} answers were lost`);
    assert.ok(sum('rotations') > PEOPLE * 3, `${sum('rotations')} rotations`);
  } finally {
    await site.stop();
  }
});
