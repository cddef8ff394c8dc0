/** `greenup rig --arm --web-port`: a page for this machine while the parts are worked by hand, and none otherwise. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RigView } from '../../src/control/pages/armed-rig';
import { bareRig } from './bare-rig';
import { buildIfOld, Program } from './built-program';

let directory: string;
let path: string;
let programs: Program[];

beforeAll(() => buildIfOld());

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'greenup-armed-'));
  path = join(directory, 'rig.yaml');
  writeFileSync(path, bareRig);
  programs = [];
});

afterEach(async () => {
  for (const { child } of programs) child.kill('SIGKILL');
  await Promise.all(programs.map(({ ended }) => ended));
  rmSync(directory, { recursive: true, force: true });
});

async function armed(): Promise<{ rig: Program; url: string }> {
  const rig = new Program('rig', path, '--arm', '--web-port', '0');
  programs.push(rig);
  await rig.says(/page in a browser of this machine: http:\/\/127\.0\.0\.1:\d+\/$/m);
  return { rig, url: /http:\/\/\S+/.exec(rig.out)?.[0] ?? '' };
}

function act(url: string, body: object): Promise<Response> {
  const headers = { 'Content-Type': 'application/json', 'Greenup-Page': '1' };
  return fetch(`${url}acts`, { method: 'POST', headers, body: JSON.stringify(body) });
}

const page = 'a-page-of-its-own';

/** The first view that the stream tells which is not empty. */
async function viewAt(url: string): Promise<RigView> {
  const { body } = await fetch(`${url}parts`);
  let text = '';
  for await (const piece of body ?? []) {
    text += Buffer.from(piece).toString('utf8');
    const whole =
      /^event: change\nid: .*\ndata: \[\[\[\],(\{.*\})\]\]$/m.exec(text) ?? /^data: (\{"board".*\})$/m.exec(text);
    if (whole) return JSON.parse(whole[1] ?? '') as RigView;
  }
  throw new Error(`there was no view: ${text}`);
}

test('serves its page, shows the parts and does what is asked; SIGINT ends all of it', async () => {
  const { rig, url } = await armed();
  const first = await fetch(url);
  expect([first.status, await first.text()]).toEqual([200, expect.stringContaining('data-door="rig"')]);
  expect(await viewAt(url)).toMatchObject({ board: 'bare-rig', connectors: [{ connectorId: 1, kind: 'T2S' }] });
  const asked = { act: 'closeContactor', connector: 1, page };
  expect(await (await act(url, asked)).json()).toEqual({
    kind: 'refused',
    line: 'connector 1: not closed: it could not be set up',
  });
  await rig.says(/contactor MISSING/);
  rig.child.kill('SIGINT');
  // Lines whose devices are nowhere cannot be made safe.
  expect((await rig.ended).code).toBe(1);
  expect(rig.error).toMatch(/not made safe/);
  await expect(fetch(url)).rejects.toThrow();
});

test('only this machine reaches it', async () => {
  const { url } = await armed();
  const { port } = new URL(url);
  const others = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4');
  for (const { address } of others) {
    const code = await new Promise((resolve) => {
      const socket = connect(Number(port), address, () => resolve('connected'));
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code));
    });
    expect(code).toBe('ECONNREFUSED');
  }
});

test('it is served by a thread of its own', async () => {
  const threadsOf = ({ child }: Program): number => readdirSync(`/proc/${child.pid}/task`).length;
  const plain = new Program('rig', path, '--arm');
  programs.push(plain);
  await plain.says(/loop \d+ turns/);
  const { rig } = await armed();
  await rig.says(/loop \d+ turns/);
  expect(threadsOf(rig)).toBeGreaterThan(threadsOf(plain));
});

test('without --arm it is refused, before any part is worked', async () => {
  expect(await Program.run('rig', path, '--web-port', '0')).toEqual({
    code: 2,
    out: '',
    error: 'greenup: --web-port is for a rig whose contactors may be closed: add --arm, or leave it out\n',
  });
});

test('a port that another has is refused, before any part is worked', async () => {
  const { url } = await armed();
  const { port } = new URL(url);
  const second = await Program.run('rig', path, '--arm', '--web-port', port);
  expect(second).toMatchObject({ code: 1, out: '' });
  expect(second.error).toBe(
    `greenup: web port ${port} of 127.0.0.1 is in use, perhaps by another station: end that one, or choose another with --web-port (0: any that is free)\n`,
  );
});
