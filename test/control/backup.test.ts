/** The settings of a station as a file and back: what is in it, what it would change, all of it or nothing. */
import { type Backup, backupOf, restore, restorePlanOf } from '../../src/control/backup';
import { pageBackup } from '../../src/control/pages/backup';
import { stationControl } from '../../src/control/station-commands';
import { configurationKeys } from '../../src/ocpp/config-keys/index';
import type { ConfigurationKey } from '../../src/ocpp/config-keys/types';
import { closeTheBooks, Rig, singleBoard, startOfTime } from '../support/rig';

afterEach(closeTheBooks);

async function done<Answer>(rig: Rig, work: Promise<Answer>): Promise<Answer> {
  await rig.advance(1_000);
  return work;
}

/** A station whose settings are of its own. */
async function settled(): Promise<Rig> {
  const rig = await Rig.start();
  await done(rig, rig.running.configuration.change('ConnectionTimeOut', '90', 'person'));
  await done(rig, rig.running.configuration.change('StopTxnSampledData', 'Voltage,Temperature', 'person'));
  rig.running.station.post({ kind: 'mode', side: 'right', mode: 'free' });
  rig.running.station.post({ kind: 'mode', side: 'left', mode: 'cards' });
  await done(rig, rig.running.local.cards.add('04A1B2C3', 'Anna', '2026-12-31'));
  return rig;
}

const textOf = (backup: Backup) => JSON.stringify(backup);
const cardsOf = (rig: Rig) => rig.running.local.cards.list;

test('what a person may change is in it, and no more', async () => {
  const rig = await settled();
  const backup = backupOf(rig.running, true);
  expect(backup).toMatchObject({
    format: 1,
    board: rig.running.view().board,
    uid: 'GREENUP 1',
    made: new Date(startOfTime + rig.clock.now()).toISOString(),
    keys: { ConnectionTimeOut: '90', StopTxnSampledData: 'Voltage,Temperature', URL: 'ws://central.test/ocpp' },
    modes: { right: 'free', left: 'cards' },
    connection: 'on',
    cards: [{ token: '04A1B2C3', label: 'Anna', lastDay: '2026-12-31' }],
  });
  for (const key of ['NumberOfConnectors', 'MaxCurrentCableRight', 'LightIntensity', 'ConnectorPhaseRotation']) {
    expect(backup.keys).not.toHaveProperty(key);
  }
  expect(backupOf(rig.running, false)).not.toHaveProperty('cards');
});

test('a secret is not in it', async () => {
  const rig = await Rig.start();
  const row = configurationKeys.find(({ key }) => key === 'defaultIdTag1') as ConfigurationKey;
  row.secret = true;
  try {
    expect(JSON.stringify(backupOf(rig.running, true))).not.toContain('LEGRAND001');
  } finally {
    delete row.secret;
  }
});

test('back on a new station: what would change is told, then it is there, in one commit, and outlives a power cut', async () => {
  const source = await settled();
  const text = textOf(backupOf(source.running, true));
  const rig = await Rig.start();
  const plan = restorePlanOf(rig.running, text);
  expect(plan).toMatchObject({ uid: 'GREENUP 1', wrong: [] });
  expect(plan.changes).toEqual([
    { what: 'ConnectionTimeOut', from: '60', to: '90', needsRestart: false },
    { what: 'StopTxnSampledData', from: '', to: 'Voltage,Temperature', needsRestart: false },
    { what: 'right', from: 'ocpp', to: 'free', needsRestart: false },
    { what: 'left', from: 'ocpp', to: 'cards', needsRestart: false },
    { what: 'cards', from: '0', to: '1', needsRestart: false },
  ]);
  expect(cardsOf(rig)).toEqual([]);
  const commit = jest.spyOn(rig.store, 'commit');
  await done(rig, restore(rig.running, text));
  const [first, ...later] = commit.mock.calls.map(([batch]) => batch);
  expect(first?.put.map(([key]) => key).sort()).toEqual([
    'config/ConnectionTimeOut',
    'config/StopTxnSampledData',
    'connection/on',
    'key-note/ConnectionTimeOut',
    'key-note/StopTxnSampledData',
    'local/card/04a1b2c3',
    'station/mode/left',
    'station/mode/right',
  ]);
  // What follows says the same once more.
  const laterKeys = later.flatMap(({ put }) => put.map(([key]) => key));
  expect(laterKeys.filter((key) => /^(config|key-note|local)\//.test(key))).toEqual([]);
  const told = () => ({ ...backupOf(rig.running, true), made: null });
  expect(told()).toEqual({ ...JSON.parse(text), made: null });
  expect(rig.running.configuration.provenance('ConnectionTimeOut').from).toBe('person');
  await rig.cutPower('none');
  await rig.powerOn();
  await rig.advance(1_000);
  expect(told()).toEqual({ ...JSON.parse(text), made: null });
  expect(restorePlanOf(rig.running, text).changes).toEqual([]);
});

test('the power is cut as soon as the first commit is durable: all of it is there', async () => {
  const source = await settled();
  const text = textOf({ ...backupOf(source.running, true), connection: 'off' });
  const rig = await Rig.start();
  rig.flushMs = 1_000;
  const restoring = restore(rig.running, text);
  void restoring.catch(() => undefined);
  await rig.advance(999);
  expect(rig.running.configuration.integer('ConnectionTimeOut')).toBe(60);
  await rig.advance(1);
  rig.flushMs = 0;
  await rig.cutPower('none');
  await rig.powerOn();
  await rig.advance(1_000);
  expect({ ...backupOf(rig.running, true), made: null }).toEqual({ ...JSON.parse(text), made: null });
});

test('cards that are not in the file stay, where the file has none', async () => {
  const rig = await settled();
  const text = textOf(backupOf(rig.running, false));
  await done(rig, rig.running.local.cards.add('BB'));
  await done(rig, restore(rig.running, text));
  expect(cardsOf(rig)).toHaveLength(2);
});

test.each<[string, (backup: Backup) => unknown, string, string]>([
  ['no JSON', () => 'rubbish', 'file', 'unreadable'],
  ['a list', () => [], 'file', 'unreadable'],
  ['of another format', (backup) => ({ ...backup, format: 2 }), 'format', 'unreadable'],
  ['without modes', ({ modes: _, ...backup }) => backup, 'modes', 'unreadable'],
  ['with a key that is none', (backup) => withKey(backup, 'Humidity', '1'), 'keys/Humidity', 'unknown'],
  [
    'with a key that is read-only',
    (backup) => withKey(backup, 'NumberOfConnectors', '9'),
    'keys/NumberOfConnectors',
    'readOnly',
  ],
  [
    'with a value that is not valid',
    (backup) => withKey(backup, 'HeartbeatInterval', '5'),
    'keys/HeartbeatInterval',
    'invalid',
  ],
  ['with a side that is not there', (backup) => ({ ...backup, modes: { left: 'free' } }), 'modes/left', 'noSuchSide'],
  ['with a mode that is none', (backup) => ({ ...backup, modes: { right: 'fast' } }), 'modes/right', 'unreadable'],
  ['with a card that is none', (backup) => ({ ...backup, cards: [{ token: 'A B', label: '' }] }), 'cards/0', 'card'],
  [
    'with a card twice',
    (backup) => ({
      ...backup,
      cards: [
        { token: 'AA', label: '' },
        { token: 'aa', label: '' },
      ],
    }),
    'cards/1',
    'cardTwice',
  ],
])('a file %s is refused by name, and nothing of it is done', async (_what, spoilt, place, code) => {
  const rig = await Rig.start({ board: singleBoard() });
  const backup = withKey(backupOf(rig.running, true), 'ConnectionTimeOut', '90');
  const file = spoilt(backup);
  const text = file === 'rubbish' ? 'rubbish' : JSON.stringify(file);
  expect(restorePlanOf(rig.running, text).wrong).toEqual([{ place, code, why: expect.any(String) }]);
  await expect(restore(rig.running, text)).rejects.toThrow(place);
  expect(rig.running.configuration.integer('ConnectionTimeOut')).toBe(60);
});

function withKey(backup: Backup, key: string, value: string): Backup {
  return { ...backup, keys: { ...backup.keys, [key]: value } };
}

test('OCPP is imposed on both sides: a file with one of them is refused', async () => {
  const rig = await Rig.start();
  const backup: Backup = { ...backupOf(rig.running, false), modes: { right: 'ocpp', left: 'free' } };
  expect(restorePlanOf(rig.running, textOf(backup)).wrong).toMatchObject([{ place: 'modes', code: 'ocppOnOne' }]);
});

test('the page does only what it has shown', async () => {
  const rig = await settled();
  const pages = pageBackup(() => (rig.powered ? rig.running : undefined));
  const text = textOf(withKey(backupOf(rig.running, true), 'ConnectionTimeOut', '75'));
  const digest = pages.plan(text)?.digest ?? '';
  await done(rig, rig.running.configuration.change('ResetRetries', '2', 'central system'));
  expect(await pages.restore(text, digest)).toBe('backupChanged');
  const fresh = pages.plan(text)?.digest ?? '';
  // Time that passes changes nothing of it.
  await rig.advance(5_000);
  expect(await pages.restore(`${text} `, fresh)).toBe('backupChanged');
  expect(await done(rig, pages.restore(text, fresh))).toBeUndefined();
  expect(rig.running.configuration.integer('ConnectionTimeOut')).toBe(75);
  expect(await pages.restore('{}', pages.plan('{}')?.digest ?? '')).toBe('backupWrong');
  expect(await pageBackup(() => undefined).restore(text, fresh)).toBe('starting');
});

test('the command line does the same, and says what would change before', async () => {
  const rig = await settled();
  const control = stationControl(() => rig.running);
  const { facts } = await control.run('backup', { cards: true });
  const backup = withKey((facts as { backup: Backup }).backup, 'ConnectionTimeOut', '75');
  expect((await control.run('restore', { backup, dry: true })).message).toBe(
    'would change: 1\nConnectionTimeOut: 90 -> 75',
  );
  expect(rig.running.configuration.integer('ConnectionTimeOut')).toBe(90);
  expect((await done(rig, control.run('restore', { backup }))).message).toContain('changed: 1');
  expect((await done(rig, control.run('restore', { backup }))).message).toBe('nothing changes');
  await expect(control.run('restore', { backup: withKey(backup, 'HeartbeatInterval', '5') })).rejects.toThrow(
    'nothing is restored:\nkeys/HeartbeatInterval: must be a whole number from 10 to 86400 s',
  );
});
