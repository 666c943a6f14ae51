// The server under test: the real binary, a folder of its own, a free port.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

const binary = process.env.ONWARD_BINARY;
if (!binary) throw new Error('ONWARD_BINARY names the binary: use run.sh');

export const EMAIL = 'ada@example.com';
export const PASSWORD = 'quiet harbour lamp 9';

/** A port that nobody listens on: below those that the system gives to whoever asks for any, so that nobody gets it meanwhile. */
export async function freePort() {
  const server = net.createServer();
  const port = 10_100 + Math.floor(Math.random() * 22_000);
  const free = await new Promise((done) => server.once('error', () => done(false)).listen(port, '127.0.0.1', () => done(true)));
  if (!free) return freePort();
  await new Promise((done) => server.close(done));
  return port;
}

export async function until(what, check, patience = 30_000) {
  const end = Date.now() + patience;
  for (;;) {
    const value = await check().catch(() => undefined);
    if (value) return value;
    if (Date.now() > end) throw new Error(`it did not happen in time: ${what}`);
    await new Promise((done) => setTimeout(done, 25));
  }
}

export class Onward {
  /** options: port, database, secretKeyFile, endpoint, flowLifetime, folder, env, files (how many it may open) */
  static async start(options = {}) {
    const onward = new Onward();
    onward.folder = options.folder ?? mkdtempSync(path.join(tmpdir(), 'onward-e2e-'));
    onward.ownsFolder = !options.folder;
    onward.port = options.port ?? (await freePort());
    onward.endpoint = options.endpoint ?? `http://localhost:${onward.port}`;
    onward.origin = `http://localhost:${onward.port}`;
    onward.env = {
      PATH: process.env.PATH,
      ONWARD_LISTEN: `127.0.0.1:${onward.port}`,
      ONWARD_ENDPOINT: onward.endpoint,
      ONWARD_DATA_DIR: path.join(onward.folder, 'data'),
      ...(options.database && { ONWARD_DATABASE: options.database }),
      ...(options.secretKeyFile && { ONWARD_SECRET_KEY_FILE: options.secretKeyFile }),
      ...(options.flowLifetime && { ONWARD_SIGN_IN_FLOW_LIFETIME: String(options.flowLifetime) }),
      ...(options.env ?? {}),
    };
    onward.files = options.files;
    await onward.spawn();
    return onward;
  }

  async spawn() {
    this.log = '';
    const [program, args] = this.files ? ['bash', ['-c', `ulimit -n ${this.files}; exec "$0" serve`, binary]] : [binary, ['serve']];
    this.process = spawn(program, args, { env: this.env, stdio: ['ignore', 'ignore', 'pipe'] });
    this.process.stderr.on('data', (text) => { this.log += text; });
    this.exited = new Promise((done) => this.process.once('exit', (code, signal) => done({ code, signal })));
    await until('the server is ready', async () => {
      if (this.process.exitCode !== null) throw new Error(this.log);
      return (await fetch(`${this.origin}/readyz`)).ok;
    }).catch((error) => { throw new Error(`${error.message}\n${this.log}`); });
  }

  /** Runs a command of the binary; returns what it prints. */
  run(args, input) {
    const done = spawnSync(binary, args, { env: this.env, input, encoding: 'utf8' });
    if (done.status !== 0) throw new Error(`onward ${args.join(' ')}: ${done.stderr}`);
    return done.stdout.trim();
  }

  makeUser(email = EMAIL, password = PASSWORD) {
    return JSON.parse(this.run(['user', 'create', '--email', email, '--password-stdin', '--json'], `${password}\n`));
  }

  /** Returns id and, for confidential kinds, secret. */
  makeApplication(name, type, ...args) {
    return JSON.parse(this.run(['application', 'create', '--name', name, '--type', type, '--json', ...args]));
  }

  /** Calls the management API with a token got by client_credentials. */
  async api(method, pathname, body) {
    this.robot ??= this.makeApplication('Robot', 'machine-to-machine');
    const token = await (await fetch(`${this.origin}/oidc/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${this.robot.id}:${this.robot.secret}`)}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'all', resource: `${this.endpoint}/api` }),
    })).json();
    const answer = await fetch(`${this.origin}/api${pathname}`, {
      method,
      headers: { authorization: `Bearer ${token.access_token}`, 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${method} ${pathname}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }

  /** Dies at once, as in a power cut of the process. */
  async kill() {
    this.process.kill('SIGKILL');
    await this.exited;
  }

  /** Ends as an operator ends it. */
  async stop() {
    if (this.process.exitCode === null && this.process.signalCode === null) this.process.kill('SIGTERM');
    const end = await this.exited;
    if (this.ownsFolder) rmSync(this.folder, { recursive: true, force: true });
    return end;
  }
}
