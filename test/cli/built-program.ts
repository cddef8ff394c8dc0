/** The built program for tests with real processes, and a central system of a few lines for them to talk to. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type WebSocket, WebSocketServer } from 'ws';
import { until } from '../support/until';

const program = 'dist/greenup.js';

/** Built by `make`; here only if somebody runs the tests alone with a program that is missing or old. */
export function buildIfOld(): void {
  const newest = Math.max(
    ...readdirSync('src', { recursive: true, encoding: 'utf8' }).map((name) => statSync(join('src', name)).mtimeMs),
  );
  const built = statSync(program, { throwIfNoEntry: false });
  if (!built || built.mtimeMs < newest) execFileSync(process.execPath, ['tools/build.js']);
}

export class Program {
  readonly child: ChildProcess;
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  out = '';
  error = '';
  private over = false;

  constructor(...words: string[]) {
    this.child = spawn(process.execPath, [program, ...words], {
      // That of this test, which may have been changed.
      env: process.env,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.child.stdout?.on('data', (piece) => {
      this.out += piece;
    });
    this.child.stderr?.on('data', (piece) => {
      this.error += piece;
    });
    this.ended = new Promise((resolve) => {
      this.child.on('close', (code, signal) => {
        this.over = true;
        resolve({ code, signal });
      });
    });
  }

  /** Runs a command to its end. */
  static async run(...words: string[]): Promise<{ code: number | null; out: string; error: string }> {
    const running = new Program(...words);
    running.child.stdin?.end();
    const { code } = await running.ended;
    return { code, out: running.out, error: running.error };
  }

  /** Resolves when stdout matches. */
  async says(pattern: RegExp): Promise<void> {
    const told = () => `${pattern} was not said:\n${this.out}\n${this.error}`;
    await until(() => pattern.test(this.out) || this.over, told);
    if (!pattern.test(this.out)) throw new Error(`it ended; ${told()}`);
  }

  /** One request of the machine interface; its answer. */
  async request(request: object): Promise<Record<string, unknown>> {
    const before = this.out.split('\n').length;
    this.child.stdin?.write(`${JSON.stringify(request)}\n`);
    await this.says(new RegExp(`^(.*\\n){${before}}`));
    return JSON.parse(this.out.split('\n')[before - 1] ?? '');
  }
}

export interface Heard {
  action: string;
  payload: Record<string, unknown>;
}

/** Accepts everything, remembers it, and tells of it. */
export class PlainCentral {
  readonly heard: Heard[] = [];
  /** All that came, as it was on the wire. */
  readonly texts: string[] = [];
  private readonly server: WebSocketServer;
  private socket: WebSocket | undefined;
  private transactions = 0;
  private calls = 0;

  private constructor(server: WebSocketServer) {
    this.server = server;
    server.on('connection', (socket) => {
      this.socket = socket;
      socket.on('message', (data) => this.receive(socket, String(data)));
    });
  }

  static async start(): Promise<PlainCentral> {
    const handleProtocols = () => 'ocpp1.6';
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols, perMessageDeflate: false });
    await new Promise((resolve) => server.on('listening', resolve));
    return new PlainCentral(server);
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.server.address() as AddressInfo).port}/ocpp`;
  }

  /** Resolves with the first that fits, from now on or before, after `from` messages. */
  async hears(action: string, match: object = {}, from = 0): Promise<Heard> {
    const find = () => this.heard.slice(from).find((one) => one.action === action && fits(one.payload, match));
    await until(
      () => find() !== undefined,
      () => `no ${action} ${JSON.stringify(match)} after:\n${this.heard.map((one) => JSON.stringify(one)).join('\n')}`,
    );
    return find() as Heard;
  }

  send(action: string, payload: object): void {
    this.socket?.send(JSON.stringify([2, `c${this.heard.length}`, action, payload]));
  }

  /** Resolves with the frame that answers. */
  async call(action: string, payload: object): Promise<string> {
    this.calls += 1;
    const id = `call-${this.calls}`;
    const answer = () => this.texts.find((text) => text.startsWith(`[3,"${id}"`) || text.startsWith(`[4,"${id}"`));
    let asked: WebSocket | undefined;
    const isAnswered = (): boolean => {
      // A station that comes in anew has forgotten what it was asked.
      if (asked !== this.socket) {
        asked = this.socket;
        asked?.send(JSON.stringify([2, id, action, payload]));
      }
      return answer() !== undefined;
    };
    await until(isAnswered, () => `${action} was not answered`);
    return answer() ?? '';
  }

  stop(): void {
    for (const client of this.server.clients) client.terminate();
    this.server.close();
  }

  private receive(socket: WebSocket, text: string): void {
    this.texts.push(text);
    const [kind, id, action, payload] = JSON.parse(text) as [number, string, string, Record<string, unknown>];
    if (kind !== 2) return;
    this.heard.push({ action, payload });
    const currentTime = new Date().toISOString();
    const accepted = { idTagInfo: { status: 'Accepted' } };
    const answers: Record<string, () => object> = {
      BootNotification: () => ({ status: 'Accepted', currentTime, interval: 300 }),
      Heartbeat: () => ({ currentTime }),
      Authorize: () => accepted,
      StartTransaction: () => ({ ...accepted, transactionId: ++this.transactions }),
    };
    socket.send(JSON.stringify([3, id, answers[action]?.() ?? {}]));
  }
}

function fits(payload: Record<string, unknown>, match: object): boolean {
  return Object.entries(match).every(([name, value]) => payload[name] === value);
}
