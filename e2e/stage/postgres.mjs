// A PostgreSQL of our own: one cluster in a folder of its own, which can be stopped and started.
import { spawnSync } from 'node:child_process';
import { chownSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { freePort } from './onward.mjs';

function binaries() {
  const root = '/usr/lib/postgresql';
  const newest = readdirSync(root).map(Number).filter(Boolean).sort((a, b) => b - a)[0];
  if (!newest) throw new Error('PostgreSQL is needed: apt-get install postgresql');
  return path.join(root, String(newest), 'bin');
}

export class Postgres {
  static async start() {
    const postgres = new Postgres();
    postgres.bin = binaries();
    postgres.folder = mkdtempSync(path.join(tmpdir(), 'onward-pg-'));
    postgres.port = await freePort();
    if (process.getuid() === 0) {
      const [uid, gid] = ['-u', '-g'].map((flag) => Number(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout));
      chownSync(postgres.folder, uid, gid);
    }
    postgres.data = path.join(postgres.folder, 'data');
    postgres.as('initdb', '-A', 'trust', '-U', 'onward', '--no-sync', '-D', postgres.data);
    postgres.up();
    postgres.as('createdb', '-h', '127.0.0.1', '-p', String(postgres.port), '-U', 'onward', 'onward');
    postgres.url = `postgres://onward@127.0.0.1:${postgres.port}/onward`;
    return postgres;
  }

  as(program, ...args) {
    const command = [path.join(this.bin, program), ...args];
    const whole = process.getuid() === 0 ? ['runuser', '-u', 'postgres', '--', ...command] : command;
    const done = spawnSync(whole[0], whole.slice(1), { cwd: this.folder, encoding: 'utf8' });
    if (done.status !== 0) throw new Error(`${program}: ${done.stderr}${done.stdout}`);
  }

  /** Changes what the server has written. */
  change(statement) {
    this.as('psql', '-q', '-v', 'ON_ERROR_STOP=1', '-d', this.url, '-c', statement);
  }

  up() {
    this.as('pg_ctl', '-w', '-D', this.data, '-l', path.join(this.folder, 'log'), '-o', `-p ${this.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${this.folder} -c fsync=off`, 'start');
  }

  down() {
    this.as('pg_ctl', '-w', '-m', 'immediate', '-D', this.data, 'stop');
  }

  stop() {
    try { this.down(); } catch { /* it was down already */ }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
