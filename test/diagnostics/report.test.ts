/** The report of a station that has charged and failed: what is in it, and what must not be. */
import { EventLog, eventsMax } from '../../src/diagnostics/event-log';
import { VirtualClock } from '../../src/drivers/clock/virtual-clock';
import { doubleBoard } from '../../src/testing/boards';
import { closeTheBooks, Rig, startOfTime } from '../support/rig';
import { bytesOf, unzip } from '../support/unzip';

afterEach(closeTheBooks);

async function reportOf(rig: Rig, period?: Parameters<Rig['running']['report']>[0]): Promise<Map<string, string>> {
  return unzip(await bytesOf(rig.running.report(period).content()));
}

function linesOf(files: Map<string, string>, name: string): string[] {
  return (files.get(name) ?? '').split('\n').filter((line) => line !== '');
}

test('it has what runs, the state, the settings, what happened, frames, charges and a check', async () => {
  const rig = await Rig.start();
  await rig.charge(1, { card: '04A1B2C3D4E5F6' });
  await rig.advance(60_000);
  rig.unplug(1);
  await rig.expectCall('StopTransaction');
  rig.fault(3, 'overTemperature');
  await rig.advance(2_000);
  const files = await reportOf(rig);
  expect([...files.keys()]).toEqual([
    'self-check.txt',
    'went-wrong.txt',
    'state.json',
    'versions.json',
    'configuration.json',
    'events.txt',
    'security.txt',
    'frames.jsonl',
    'charges.jsonl',
    'quarantine.json',
    'contents.txt',
  ]);
  expect(files.get('self-check.txt')).toMatch(/^fail {2}connector 3 \(left T2S\): .*overTemperature/m);
  expect(files.get('self-check.txt')).toMatch(/^ok {4}connector 1 \(right T2S\): Available, NoError$/m);
  expect(files.get('went-wrong.txt')).toMatch(/^2026-05-04T08:\S+Z faultChanged .*overTemperature/m);
  expect(files.get('went-wrong.txt')).not.toMatch('transactionStarted');
  expect(files.get('events.txt')).toMatch(/transactionStarted .*"idTag":"…E5F6"/);
  expect(files.get('security.txt')).toMatch(/^2026-05-04T08:00:00\.000Z StartupOfTheDevice V01/m);
  expect(files.get('events.txt')).toMatch(/^2026-05-04T08:00:00\.000Z info station started /m);
  expect(JSON.parse(files.get('state.json') ?? '')).toMatchObject({ power: 'on', board: 'simulated-double' });
  const versions = JSON.parse(files.get('versions.json') ?? '');
  expect(versions).toMatchObject({
    program: { boot: 1 },
    node: { node: process.versions.node },
    board: {
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      connectors: ['right T2S', 'right 2P+E', 'left T2S', 'left 2P+E'],
    },
  });
  expect(JSON.parse(files.get('configuration.json') ?? '')).toMatchObject({
    HeartbeatInterval: '300',
    UID: 'GREENUP 1',
  });
  expect(linesOf(files, 'charges.jsonl').map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({
      connectorId: 1,
      mode: 'ocpp',
      card: '…E5F6',
      start: expect.stringMatching(/^2026-05-04T08:00/),
    }),
  ]);
  expect(linesOf(files, 'frames.jsonl').length).toBe(rig.running.frames.recent().length);
  expect(files.get('contents.txt')).toMatch(/^Report of .* made 2026-05-04T08:/);
  expect(files.get('contents.txt')).not.toMatch('not whole');
});

test('no password, key or card number is in it, by whatever way it came to the station', async () => {
  const secret = 'hunter2';
  const cards = ['04A1B2C3D4E5F6', 'DEFAULT-TAG-RIGHT', '99AABBCCDDEE', '1234ABCD', '77665544332211', 'UNKNOWN-CARD-1'];
  const [shown = '', standard = '', local = '', listed = '', remote = '', refused = ''] = cards;
  const rig = await Rig.start();
  await rig.configure('defaultIdTag1', standard);
  await rig.configure('LocalAuthListEnabled', 'true');
  await rig.running.local.cards.add(local, 'Anna');
  await rig.call('ChangeConfiguration', { key: 'AuthorizationKey', value: secret });
  await rig.call('GetDiagnostics', { location: `ftp://user:${secret}@files.test/` });
  await rig.call('DataTransfer', { vendorId: 'x', data: JSON.stringify({ password: secret, idTag: refused }) });
  await rig.call('SendLocalList', {
    listVersion: 1,
    updateType: 'Full',
    localAuthorizationList: [{ idTag: listed, idTagInfo: { status: 'Accepted' } }],
  });
  await rig.call('GetConfiguration', {});
  rig.central.once('Authorize', () => ({ idTagInfo: { status: 'Blocked', parentIdTag: remote } }));
  rig.present(refused, 'left');
  await rig.advance(2_000);
  await rig.call('RemoteStartTransaction', { idTag: remote, connectorId: 3 });
  await rig.charge(1, { card: shown });
  await rig.advance(60_000);
  const files = await reportOf(rig);
  for (const [name, text] of files) {
    for (const word of [secret, ...cards]) expect(`${name}: ${text.includes(word) ? word : ''}`).toBe(`${name}: `);
  }
  // Masked, not left out.
  expect(files.get('configuration.json')).toMatch('"defaultIdTag1": "…IGHT"');
  expect(files.get('frames.jsonl')).toMatch('"idTag":"…2211"');
});

test('it keeps to the time that it is asked for', async () => {
  const rig = await Rig.start();
  await rig.charge(1);
  rig.unplug(1);
  await rig.expectCall('StopTransaction');
  await rig.advance(600_000);
  const before = await reportOf(rig, { toMs: startOfTime + 300_000 });
  const after = await reportOf(rig, { fromMs: startOfTime + 300_000 });
  expect(linesOf(before, 'charges.jsonl')).toHaveLength(1);
  expect(linesOf(after, 'charges.jsonl')).toHaveLength(0);
  expect(before.get('events.txt')).toMatch('station started');
  expect(after.get('events.txt')).not.toMatch('station started');
  expect(before.get('frames.jsonl')).toMatch('BootNotification');
  expect(after.get('frames.jsonl')).not.toMatch('BootNotification');
  expect(after.get('frames.jsonl')).toMatch('Heartbeat');
  expect(after.get('contents.txt')).toMatch('from 2026-05-04T08:05:00.000Z\n');
});

test('its name tells station and time, and nothing that a file system or a URL would mind', async () => {
  const rig = await Rig.start({ config: { UID: 'A..B/C:D?' } });
  expect(rig.running.report().fileName).toBe('greenup-A-B-C-D--20260504T080002Z.zip');
});

test('a station that does not know the time tells all, dated by its boot', async () => {
  const rig = Rig.prepare({ systemTimeMs: null });
  rig.central.networkUp = false;
  await rig.powerOn();
  await rig.advance(2_500);
  expect(rig.running.report().fileName).toBe('greenup-GREENUP-1-boot1-2s.zip');
  const files = await reportOf(rig, { fromMs: startOfTime, toMs: startOfTime + 1 });
  expect(files.get('events.txt')).toMatch(/^\+0\.000s info station started/m);
  expect(files.get('self-check.txt')).toMatch(/^fail {2}clock: nobody has told the time$/m);
  expect(files.get('went-wrong.txt')).toMatch(/^\+\S+s connectionChanged .*unreachable/m);
});

test('whose certificates nobody looks at is told at the start and in the self-check, as long as the board says so', async () => {
  const board = { ...doubleBoard(), trustsUnknownFileServers: true };
  const rig = await Rig.start({ board });
  const files = await reportOf(rig);
  expect(files.get('self-check.txt')).toMatch(/^note {2}files: certificates of file servers .* are not looked at: /m);
  expect(files.get('went-wrong.txt')).toMatch(/warning certificates of file servers .* are not looked at: /);
  const strict = await Rig.start();
  expect([...(await reportOf(strict)).values()].join('\n')).not.toMatch(/not looked at/);
});

test('values that could not be read are told by key and reason, a disk that refuses by its words', async () => {
  const rig = await Rig.start();
  await rig.cutPower();
  await rig.store.commit({
    put: [
      ['local/card/04A1B2C3D4', { wrong: true }],
      ['config/HeartbeatInterval', 7],
    ],
    del: [],
  });
  await rig.powerOn();
  await rig.advance(2_000);
  const files = await reportOf(rig);
  expect(JSON.parse(files.get('quarantine.json') ?? '')).toEqual([
    expect.objectContaining({ key: 'config/HeartbeatInterval', reason: expect.stringMatching('string') }),
    expect.objectContaining({ key: 'local/card/…C3D4' }),
  ]);
  expect(files.get('quarantine.json')).not.toMatch('wrong');
  expect([...files.values()].join('\n')).not.toMatch('04A1B2C3D4');
  expect(files.get('self-check.txt')).toMatch(/^note {2}stored values: 2 could not be read/m);
  expect(files.get('self-check.txt')).toMatch(/^ok {4}disk: takes what is stored$/m);
  rig.store.full = true;
  await rig.configure('HeartbeatInterval', '100').catch(() => {});
  await rig.advance(2_000);
  expect((await reportOf(rig)).get('self-check.txt')).toMatch(/^fail {2}disk: .*the disk is full$/m);
  rig.store.full = false;
});

test('what led to a restart is still there after it, where the process keeps it', async () => {
  const rig = Rig.prepare();
  const events = new EventLog(rig.clock);
  const kept = await Rig.start({ events });
  kept.fault(1, 'overTemperature');
  await kept.advance(2_000);
  await kept.call('Reset', { type: 'Soft' });
  await kept.restart();
  await kept.advance(2_000);
  const files = await reportOf(kept);
  expect(files.get('events.txt')).toMatch(/"boot":1,[\s\S]*overTemperature[\s\S]*the station restarts[\s\S]*"boot":2,/);
});

test('what happens again and again takes no room without bound', () => {
  const clock = new VirtualClock();
  const events = new EventLog(clock);
  for (let count = 1; count <= 10 * eventsMax; count += 1) events.warn(`warning ${count}`);
  const lines = [...events.lines({})];
  expect(lines.length).toBeGreaterThanOrEqual(eventsMax);
  expect(lines.length).toBeLessThan(2 * eventsMax);
  expect(lines.at(-1)).toBe(`+0.000s warning warning ${10 * eventsMax}\n`);
});
