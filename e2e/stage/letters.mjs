// The folder into which the server under test puts its letters and text messages.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { until } from './onward.mjs';

export class Letters {
  constructor() {
    this.folder = mkdtempSync(path.join(tmpdir(), 'onward-letters-'));
    this.read = new Set();
  }

  /** What the server is told. */
  get env() { return { ONWARD_MAIL: `file:${this.folder}` }; }

  /** The next letter that nobody has read: its text, decoded, with link and code. */
  async next(to) {
    return until(`a letter to ${to ?? 'somebody'}`, async () => {
      for (const name of readdirSync(this.folder).filter((name) => name.endsWith('.eml') && !this.read.has(name))) {
        const text = readFileSync(path.join(this.folder, name), 'utf8').replaceAll('=\r\n', '').replaceAll('=3D', '=');
        if (to && !text.includes(`To: ${to}`)) continue;
        this.read.add(name);
        return { text, link: /http:\/\/localhost:\d+\/\S+\?token=\S+/.exec(text)?.[0], code: /asked for it: (\d{6})/.exec(text)?.[1] };
      }
    });
  }

  /** What a server is told that sends text messages, too. */
  get smsEnv() { return { ONWARD_SMS: `file:${this.folder}` }; }

  /** The next text message that nobody has read, with its code. */
  async nextText(to) {
    return until(`a text message to ${to}`, async () => {
      for (const name of readdirSync(this.folder).filter((name) => name.endsWith('.sms') && !this.read.has(name))) {
        const text = readFileSync(path.join(this.folder, name), 'utf8');
        const code = /^@\S+ #(\d{6})$/m.exec(text)?.[1];
        if (!text.startsWith(`To: ${to}\n`) || !code) continue;
        this.read.add(name);
        return { text, code };
      }
    });
  }

  /** How many text messages went to a number. */
  textsTo(number) {
    const texts = readdirSync(this.folder).filter((name) => name.endsWith('.sms'));
    return texts.filter((name) => readFileSync(path.join(this.folder, name), 'utf8').startsWith(`To: ${number}\n`)).length;
  }

  /** How many letters there are. */
  get count() { return readdirSync(this.folder).filter((name) => name.endsWith('.eml')).length; }

  remove() { rmSync(this.folder, { recursive: true }); }
}
