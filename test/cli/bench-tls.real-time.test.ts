/** The machine interface with `tls` in its init file, and a central system that wants certificates of both sides. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CentralSystem } from '../../src/csms/central-system';
import { openCentralState } from '../../src/simulator/central-state';
import type { StationView } from '../../src/station/view';
import { until } from '../support/until';
import { buildIfOld, Program } from './built-program';

let folder: string;
let central: CentralSystem;
let url: string;
let bench: Program | undefined;

beforeAll(() => buildIfOld());

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'greenup-bench-tls-'));
  const serialNumber = () => 'S7';
  const security = openCentralState({ state: folder, profile: 3, identity: 'CP1', serialNumber, now: Date.now });
  central = new CentralSystem({ security });
  url = (await central.start()).url;
});

afterEach(async () => {
  bench?.child.kill('SIGKILL');
  await bench?.ended;
  bench = undefined;
  await central.stop();
  rmSync(folder, { recursive: true, force: true });
});

const certs = (): string => join(folder, 'central');

function start(tls: object, more: object = {}): Program {
  const init = {
    ...{ url, cp_id: 'CP1', identity: { serial: 'S7' }, config: { SecurityProfile: 3, serverReconnectionTime: 1 } },
    ...{ data_dir: join(folder, 'data'), tls },
    ...more,
  };
  const path = join(folder, 'init.json');
  writeFileSync(path, JSON.stringify(init));
  bench = new Program('bench', path);
  return bench;
}

test('certs_dir: the station comes by its certificate, and at the next start by what it has', async () => {
  const first = start({ certs_dir: certs() });
  await until(() => central.stations().includes('CP1'));
  first.child.stdin?.end();
  expect((await first.ended).code).toBe(0);
  await until(() => central.stations().length === 0);
  start({});
  await until(() => central.stations().includes('CP1'));
});

test('what is not taken ends it, with the field and why', async () => {
  const { ended, error } = await over(start({ certs_dir: certs() }, { identity: { serial: 'S8' } }));
  expect(ended).toBe(2);
  expect(error).toMatch(/init\.json: tls\.certs_dir: security: certificate: .*S8/);
});

test('verify_name: a certificate for another name is refused, or taken where that is said', async () => {
  central.play('serverName', true);
  const strict = start({ certs_dir: certs() });
  await strict.says(/"ready":true/);
  await until(async () => {
    const { state } = (await strict.request({ cmd: 'state' })) as { state: StationView };
    return /is for another\.example, not for 127/.test(state.connection.lastError ?? '');
  });
  expect(central.stations()).toEqual([]);
  strict.child.kill('SIGKILL');
  await strict.ended;
  rmSync(join(folder, 'data'), { recursive: true });
  start({ certs_dir: certs(), verify_name: false });
  await until(() => central.stations().includes('CP1'));
});

async function over(program: Program): Promise<{ ended: number | null; error: string }> {
  program.child.stdin?.end();
  const { code } = await program.ended;
  return { ended: code, error: program.error };
}
