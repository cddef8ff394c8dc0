/** The commands for any station, on a station that has no simulation around it: as a rig offers them. */
import type { StationControl } from '../../src/control/control';
import { stationControl } from '../../src/control/station-commands';
import type { Notice } from '../../src/station/notices';
import type { StationView } from '../../src/station/view';
import { closeTheBooks, Rig, singleBoard } from '../support/rig';

afterEach(closeTheBooks);

const controlOf = (rig: Rig): StationControl => stationControl(() => rig.running);

/** Runs a command while virtual time goes on; its message, or that of its refusal. */
async function run(rig: Rig, name: string, request: object = {}): Promise<string> {
  let message: string | undefined;
  void controlOf(rig)
    .run(name, { ...request })
    .then(
      (answer) => {
        message = answer.message;
      },
      (error: Error) => {
        message = `refused: ${error.message}`;
      },
    );
  for (let waitedMs = 0; message === undefined && waitedMs < 60_000; waitedMs += 50) await rig.advance(50);
  return message ?? 'no answer';
}

test('they are for any station', async () => {
  const rig = await Rig.start();
  const commands = controlOf(rig).commands();
  expect(commands.map(({ name }) => name)).toEqual([
    'stop',
    'unlock',
    'clear',
    'availability',
    'set',
    'mode',
    'connection',
    'cards',
    'backup',
    'restore',
    'password',
    'metrics',
    'factory-reset',
    'history',
    'update',
    'hosts',
    'security',
    'frames',
    'wait',
  ]);
  expect(commands.every(({ scope }) => scope === 'any')).toBe(true);
});

test('an address that ends with the identity is taken, and told to be odd', async () => {
  const rig = await Rig.start();
  expect(await run(rig, 'set', { key: 'UID', value: 'CP1' })).toBe('UID is "CP1"');
  const told = await run(rig, 'set', { key: 'URL', value: 'ws://h/ocpp/CP1' });
  expect(told).toMatch(/^URL is "ws:\/\/h\/ocpp\/CP1"; .* ends with the identity CP1, .*: was ws:\/\/h\/ocpp meant\?$/);
  expect(await run(rig, 'set', { key: 'UID', value: 'CP2' })).toBe('UID is "CP2"');
  expect(await run(rig, 'set', { key: 'UID', value: 'CP1' })).toMatch(/^UID is "CP1"; .* meant\?$/);
  expect(await run(rig, 'set', { key: 'URL', value: 'http://h/ocpp' })).toMatch(/was ws:\/\/h\/ocpp meant\?, it stays/);
});

test('stop ends the transaction, as at the station', async () => {
  const rig = await Rig.start();
  await rig.charge(1);
  expect(await run(rig, 'stop', { connector: 1 })).toBe('connector 1: the transaction ends');
  await rig.expectCall('StopTransaction', { reason: 'Local' });
  expect(await run(rig, 'stop', { connector: 3 })).toMatch('refused: connector 3: there is no transaction to stop');
});

test('unlock ends the transaction and lets the plug go; a bolt that is stuck is told', async () => {
  const rig = await Rig.start();
  await rig.charge(1);
  expect(await run(rig, 'unlock', { connector: 1 })).toBe('connector 1: unlocked');
  await rig.expectCall('StopTransaction', { reason: 'UnlockCommand' });
  expect(rig.truth(1).locked).toBe(false);
  await rig.charge(3);
  rig.fault(3, 'lockJammed');
  expect(await run(rig, 'unlock', { connector: 3 })).toMatch(/^refused: connector 3: the plug lock does not unlock/);
  expect(await run(rig, 'unlock', { connector: 2 })).toBe('refused: connector 2: it has no lock');
});

test('unlock and UnlockConnector at once: each hears how its own ended', async () => {
  const rig = await Rig.start();
  await rig.charge(1);
  const byPerson = controlOf(rig).run('unlock', { connector: 1 });
  expect(await rig.call('UnlockConnector', { connectorId: 1 })).toEqual({ status: 'Unlocked' });
  expect(await byPerson).toEqual({ message: 'connector 1: unlocked' });
});

test('clear takes faults away whose cause is gone, of one connector or of all', async () => {
  const rig = await Rig.start();
  for (const id of [1, 3]) {
    rig.fault(id, 'residualCurrent');
    await rig.expectStatus(id, 'Faulted');
    rig.fault(id, 'residualCurrent', false);
  }
  await rig.advance(1_000);
  expect(await run(rig, 'clear', { connector: 1 })).toBe('connector 1: faults whose causes are gone are cleared');
  await rig.expectStatus(1, 'Available');
  expect(rig.status(3)).toBe('Faulted');
  expect(await run(rig, 'clear')).toBe('station: faults whose causes are gone are cleared');
  await rig.expectStatus(3, 'Available');
});

test('availability waits for the end of a transaction', async () => {
  const rig = await Rig.start();
  await rig.charge(1);
  const out = { connector: 1, state: 'inoperative' };
  expect(await run(rig, 'availability', out)).toBe('connector 1: inoperative as soon as the transaction has ended');
  await run(rig, 'stop', { connector: 1 });
  rig.unplug(1);
  await rig.expectStatus(1, 'Unavailable');
  expect(await run(rig, 'availability', { connector: 0, state: 'operative' })).toBe('station: operative');
  await rig.expectStatus(1, 'Available');
});

test('set changes a key as a person, and says what cannot be', async () => {
  const notices: Notice[] = [];
  const rig = await Rig.start({ onNotice: (notice) => notices.push(notice) });
  expect(await run(rig, 'set', { key: 'heartbeatinterval', value: '90' })).toBe('HeartbeatInterval is "90"');
  expect(notices).toContainEqual({
    kind: 'configurationChanged',
    key: 'HeartbeatInterval',
    value: '90',
    origin: 'person',
  });
  expect(await run(rig, 'set', { key: 'HeartbeatInterval', value: 'often' })).toMatch(
    /^refused: set: HeartbeatInterval: "often" .*, it stays "90"$/,
  );
  expect(await run(rig, 'set', { key: 'HeartbeatInterval', value: '5' })).toMatch(
    /^refused: set: HeartbeatInterval: "5" .*10.*86400.*, it stays "90"$/,
  );
  expect(await run(rig, 'set', { key: 'NumberOfConnectors', value: '9' })).toMatch(/read-only/);
  expect(await run(rig, 'set', { key: 'HartbeatInterval', value: '9' })).toMatch(/did you mean HeartbeatInterval\?/);
});

test.each([
  ['stop', { connector: 3 }, 'there is no connector 3; valid: 1, 2'],
  ['unlock', { connector: 3 }, 'there is no connector 3'],
  ['clear', { connector: 3 }, 'there is no connector 3'],
  ['availability', { connector: 3, state: 'operative' }, 'there is no connector 3'],
  ['availability', { connector: 1, state: 'on' }, 'must be operative, inoperative'],
  ['plug', { connector: 1 }, 'there is no command "plug"'],
])('%s %j is refused: %s', async (name, request, why) => {
  const rig = await Rig.start({ board: singleBoard() });
  expect(await run(rig, name, request)).toContain(why);
});

test('the view is what the station believes: nothing in it comes from a world', async () => {
  const rig = await Rig.start();
  await rig.charge(1, { plug: { cableA: 20 } });
  await rig.advance(60_000);
  const viewed = controlOf(rig).view();
  await rig.advance(2_000);
  const view = (await viewed) as StationView;
  expect(view).not.toHaveProperty('world');
  expect(view.connection).not.toHaveProperty('network');
  expect(view).toMatchObject({
    power: 'on',
    station: { status: 'Available', errorCode: 'NoError', faults: [] },
    connection: { status: 'Connected', registration: 'Accepted', identity: 'GREENUP 1' },
  });
  const [connector] = view.connectors;
  expect(connector).toMatchObject({
    status: 'Charging',
    plugged: true,
    locked: true,
    limit: { amps: 20, by: 'cable' },
  });
  expect(connector?.transaction).toMatchObject({ idTag: '04A1B2C3', transactionId: expect.any(Number) });
  // By the meter, which is asked each second.
  expect(connector?.drawnA).toHaveLength(3);
  expect(Math.abs((connector?.drawnA[0] ?? 0) - 20)).toBeLessThan(0.5);
  expect(connector?.powerW).toBeGreaterThan(13_000);
  expect(connector?.transaction?.energyWh).toBeGreaterThan(100);
});

test('frames are told without secrets, by name and from a number on', async () => {
  const rig = await Rig.start();
  await rig.call('ChangeConfiguration', { key: 'AuthorizationKey', value: 'hunter2' });
  await rig.call('GetDiagnostics', { location: 'ftp://user:hunter2@files.test/' });
  const asked = await controlOf(rig).run('frames', { message: 'changeconfiguration' });
  expect(asked.facts).toMatchObject({
    frames: [
      { direction: 'received', kind: 'call', payload: { key: 'AuthorizationKey', value: '***' } },
      { direction: 'sent', kind: 'result', message: 'ChangeConfiguration', payload: { status: 'Rejected' } },
    ],
  });
  const all = (await controlOf(rig).run('frames', {})).facts as { lastNumber: number; frames: { number: number }[] };
  expect(JSON.stringify(all)).not.toContain('hunter2');
  expect(all.frames.length).toBeGreaterThan(8);
  const after = all.lastNumber - 2;
  const newest = { frames: [{ number: after + 1 }, { number: after + 2 }] };
  expect((await controlOf(rig).run('frames', { after })).facts).toMatchObject(newest);
  expect((await controlOf(rig).run('frames', { last: 2 })).facts).toMatchObject(newest);
  expect(await run(rig, 'frames', { message: 'Hartbeat' })).toMatch(
    /^refused: there is no message "Hartbeat"; did you mean Heartbeat\?/,
  );
});

test('the machines to which files went are listed, and forgotten when a person says so', async () => {
  const rig = await Rig.start();
  expect(await run(rig, 'hosts', { action: 'list' })).toBe('none is known');
  rig.running.knownHosts.meet('files.test:22', 'ssh-ed25519 SHA256:abc');
  await rig.advance(1_000);
  await rig.cutPower('none');
  await rig.powerOn();
  expect(await run(rig, 'hosts', { action: 'list' })).toBe('files.test:22 ssh-ed25519 SHA256:abc');
  expect(await run(rig, 'hosts', { action: 'forget' })).toMatch(/^refused: hosts: forget which one/);
  expect(await run(rig, 'hosts', { action: 'forget', host: 'files.test' })).toMatch(
    /^refused: .*did you mean files\.test:22/,
  );
  expect(await run(rig, 'hosts', { action: 'forget', host: 'files.test:22' })).toMatch(/^files\.test:22: forgotten/);
  await rig.cutPower('none');
  await rig.powerOn();
  expect(await run(rig, 'hosts', { action: 'list' })).toBe('none is known');
});

test('a machine is known by the key that a person tells, before a file goes there, and over a power cut', async () => {
  const rig = await Rig.start();
  const key = `ssh-ed25519 SHA256:${'aB3+/'.repeat(8)}xyz`;
  const other = key.replace('ed25519', 'rsa');
  const know = (host: string, given?: string) =>
    run(rig, 'hosts', { action: 'know', host, ...(given ? { key: given } : {}) });
  expect(await know('Files.test:22', key)).toBe(`Files.test:22: known by ${key}`);
  expect(rig.running.knownHosts.keyOf('FILES.test:22')).toBe(key);
  await rig.cutPower('none');
  await rig.powerOn();
  expect(await run(rig, 'hosts', { action: 'list' })).toBe(`files.test:22 ${key}`);
  expect(await know('files.test:22', other)).toBe(`files.test:22: known by ${other}, no more by ${key}`);
  expect(await know('::1:2222', key)).toMatch(/known by/);
  expect(await run(rig, 'hosts', { action: 'know' })).toMatch(/^refused: hosts: know which one/);
  for (const host of [
    'files.test',
    'files.test:',
    'files.test:0',
    'files.test:65536',
    'sftp://files.test:22',
    'a b:22',
  ]) {
    expect(await know(host, key)).toMatch(/^refused: hosts: .* is none; valid: NAME:PORT/);
  }
  for (const odd of [undefined, `${key}=`, key.slice(0, -1), key.slice(12), `dsa ${key.slice(12)}`, 'MD5:00:11']) {
    expect(await know('files.test:22', odd)).toMatch(/^refused: hosts: .* is none; valid: "TYPE SHA256:/);
  }
  expect(await run(rig, 'hosts', { action: 'forget', host: 'FILES.test:22' })).toMatch(/forgotten/);
});

test('of more machines than fifty the first ones are forgotten, on the disk, too', async () => {
  const rig = await Rig.start();
  for (let count = 1; count <= 53; count += 1) rig.running.knownHosts.meet(`h${count}:22`, 'ssh-ed25519 SHA256:abc');
  await rig.advance(1_000);
  expect([...rig.running.knownHosts.all.keys()]).toHaveLength(50);
  expect([...rig.store.durable.keys()].filter((key) => key.startsWith('known-host/'))).toHaveLength(50);
  expect(rig.running.knownHosts.keyOf('h3:22')).toBeUndefined();
  expect(rig.running.knownHosts.keyOf('h53:22')).toBe('ssh-ed25519 SHA256:abc');
});
