/** The command for updates: what it orders, when it refuses, and the lines in which it tells how far an update has come. */

import { stationControl } from '../../src/control/station-commands';
import { updateLine } from '../../src/control/update-commands';
import { type UpdateFacts, type UpdateShown, updateShown } from '../../src/control/updates';
import { ScriptedUpdates } from '../../src/drivers/mock/firmware-updates';
import type { UpdateStep, UpdateTrust } from '../../src/hal/firmware-updates';
import type { FirmwareSlots, SlotVersions } from '../../src/hal/ports';
import { programVersion } from '../../src/hal/program-version';
import { closeTheBooks, Rig } from '../support/rig';

afterEach(closeTheBooks);

let updates: ScriptedUpdates;
let trust: UpdateTrust;
let versions: SlotVersions;

beforeEach(() => {
  updates = new ScriptedUpdates();
  trust = 'signed';
  versions = {
    ...{ good: '1.1.0', next: '1.1.0', trial: undefined, installed: ['1.2.0', '1.1.0', '1.0.0'] },
    failed: [
      { version: '0.9.0', reason: 'stopped' },
      { version: '1.2.0', reason: 'not confirmed in time' },
    ],
  };
});

const slots = { running: () => ({ version: '1.1.0' }), versions: async () => versions } as unknown as FirmwareSlots;

function started(): Promise<Rig> {
  const updateIntake = { inbox: { keep: async () => {} }, trust: async () => trust };
  return Rig.start({ updates: () => updates, updateIntake, slots });
}

const run = async (rig: Rig, request: object): Promise<{ message: string; facts: UpdateFacts }> =>
  stationControl(() => rig.running).run('update', { ...request }) as Promise<{ message: string; facts: UpdateFacts }>;

const url = 'ftp://depot:s%3Acret@files.example/greenup_1.3.0_arm64.zip#x';

test('a person orders from a URL, whose password goes to nobody else, or the file that was handed in', async () => {
  const rig = await started();
  const { message, facts } = await run(rig, { action: 'url', url });
  expect(message).toBe('update: is about to begin');
  expect(JSON.stringify(facts)).not.toContain('cret');
  await run(rig, { action: 'handed', allowsDowngrade: true });
  expect(updates.orders).toEqual([
    {
      source: {
        ...{ from: 'url', url: 'ftp://files.example/greenup_1.3.0_arm64.zip' },
        credentials: { user: 'depot', password: 's:cret' },
      },
      ...{ by: 'person', retries: 3, retryIntervalMs: 30_000 },
    },
    { source: { from: 'handed' }, by: 'person', retries: 3, retryIntervalMs: 30_000, allowsDowngrade: true },
  ]);
});

test('status tells what runs, what could come back, what was given up and why, and how far an update is', async () => {
  const rig = await started();
  const { message, facts } = await run(rig, { action: 'status' });
  expect(message).toBe(
    [
      'runs 1.1.0',
      'previous is 1.0.0',
      '1.2.0 was given up: not confirmed in time',
      '0.9.0 was given up: stopped',
      'update: none was ordered',
    ].join('\n'),
  );
  expect(facts).toEqual({
    ...{ runs: '1.1.0', good: '1.1.0', previous: '1.0.0', trial: null, trust: 'signed', update: null },
    failed: [
      { version: '1.2.0', reason: 'not confirmed in time' },
      { version: '0.9.0', reason: 'stopped' },
    ],
  });
  versions = { ...versions, good: '1.0.0' };
  trust = 'nothing';
  expect((await run(rig, { action: 'status' })).message).toContain('good is 1.0.0\n');
  expect((await run(rig, { action: 'status' })).message).toContain('updates are refused, for no key is installed\n');
});

test('it waits for the charges that run, and says at which connectors', async () => {
  const rig = await started();
  await rig.charge(1);
  await run(rig, { action: 'handed' });
  updates.becomes({ step: 'downloaded', version: '1.3.0', waitsFor: 'transactions' });
  const line = async () => (await run(rig, { action: 'status' })).message.split('\n').at(-1);
  expect(await line()).toBe('update: 1.3.0 waits for the end of the charge at connector 1');
  await rig.charge(3);
  expect(await line()).toBe('update: 1.3.0 waits for the end of the charges at connectors 1, 3');
});

const shown: UpdateShown = {
  ...{ id: '1', by: 'person', step: 'waiting', waitsFor: null, connectors: [], version: null },
  ...{ doneBytes: 0, totalBytes: null, retriesLeft: 2, reason: null, signature: null },
};

test.each<[Partial<UpdateShown>, string]>([
  [{}, 'is about to begin'],
  [{ waitsFor: 'date' }, 'waits for its date'],
  [{ step: 'downloading', doneBytes: 12_340_000 }, 'downloads, 12.3 MB so far'],
  [{ step: 'downloading', doneBytes: 12_340_000, totalBytes: 34_000_000 }, 'downloads, 12.3 of 34.0 MB (36 %)'],
  [
    { step: 'downloading', waitsFor: 'retry', reason: 'the connection broke' },
    'waits for the next try: the connection broke',
  ],
  [{ step: 'downloading', waitsFor: 'retry', retriesLeft: 0, reason: 'it broke' }, 'waits for the last try: it broke'],
  [{ step: 'downloaded' }, 'the file is whole and is verified'],
  [{ step: 'downloaded', waitsFor: 'transactions' }, 'the new release waits for the end of the charges'],
  [
    { step: 'verified', waitsFor: 'date', version: '2' },
    '2 is signed as ordered, and waits for the date of its installation',
  ],
  [
    { step: 'verified', waitsFor: 'transactions', version: '2', connectors: [1] },
    '2 is signed as ordered, and waits for the end of the charge at connector 1',
  ],
  [{ step: 'rebooting', version: '2' }, 'the station restarts with 2'],
  [{ step: 'invalidSignature', reason: 'not what was signed' }, 'the signature is wrong: not what was signed'],
  [{ step: 'verificationFailed', reason: 'of another model' }, 'the verification failed: of another model'],
  [{ step: 'installing', version: '2' }, '2 is being installed'],
  [{ step: 'trial', version: '2', waitsFor: 'proof' }, '2 runs on trial, and stays when it has proved itself'],
  [{ step: 'installed', version: '2' }, '2 is installed'],
  [{ step: 'downloadFailed', reason: 'no such file' }, 'the download failed: no such file'],
  [{ step: 'installationFailed' }, 'the installation failed: no reason is known'],
])('%j is told as: %s', (change, words) => {
  expect(updateLine({ ...shown, ...change })).toBe(`update: ${words}`);
});

test.each<UpdateStep>([
  'installing',
  'rebooting',
  'trial',
])('while one is %s nothing else can be done', async (step) => {
  const rig = await started();
  await run(rig, { action: 'handed' });
  updates.becomes({ step });
  const why = 'update: an update is being installed or on trial: wait for its end';
  for (const request of [{ action: 'url', url }, { action: 'handed' }, { action: 'cancel' }, { action: 'previous' }]) {
    await expect(run(rig, request)).rejects.toThrow(why);
  }
  expect([updates.orders.length, updates.previousAsked]).toEqual([1, 0]);
});

test('the same while a release is on trial that was flashed', async () => {
  const rig = await started();
  versions = { ...versions, trial: { version: '1.1.0', startsLeft: 2 } };
  const why = 'update: an update is being installed or on trial: wait for its end';
  for (const request of [{ action: 'url', url }, { action: 'handed' }, { action: 'previous' }]) {
    await expect(run(rig, request)).rejects.toThrow(why);
  }
  await expect(stationControl(() => rig.running).updateInbox()).rejects.toThrow(why);
  expect([updates.orders.length, updates.previousAsked]).toEqual([0, 0]);
});

test('the status says how the file of a signed order was signed, from when somebody has looked', async () => {
  const rig = await started();
  const signed = { request: 7, signer: 'certificate', signature: 'c2ln' };
  await updates.order({
    source: { from: 'url', url },
    by: 'centralSystem',
    retries: 0,
    retryIntervalMs: 1_000,
    signed,
  });
  updates.is('downloading', 'downloaded');
  expect((await run(rig, { action: 'status' })).message).not.toContain('SHA-256');
  updates.becomes({ step: 'verified', signed: { request: 7, kind: 'RSASSA-PSS' } });
  const { message } = await run(rig, { action: 'status' });
  expect(message.split('\n')).toContain('the file of the last update was signed: RSASSA-PSS with SHA-256');
  const shownNow = updateShown(rig.running);
  expect(shownNow).toMatchObject({ signature: 'RSASSA-PSS' });
  expect(shownNow).not.toHaveProperty('signed');
});

test.each<UpdateStep>([
  'waiting',
  'downloading',
  'downloaded',
  'verified',
])('one that is %s is cancelled', async (step) => {
  const rig = await started();
  await run(rig, { action: 'handed' });
  updates.becomes({ step });
  expect((await run(rig, { action: 'cancel' })).message).toBe('update: cancelled');
  expect(updates.progress()).toBeUndefined();
});

test('what is over cannot be cancelled, nor what was never ordered', async () => {
  const rig = await started();
  await expect(run(rig, { action: 'cancel' })).rejects.toThrow('update: no update goes on');
  await run(rig, { action: 'handed' });
  for (const step of ['installed', 'downloadFailed', 'installationFailed'] as const) {
    updates.becomes({ step });
    await expect(run(rig, { action: 'cancel' })).rejects.toThrow('update: no update goes on');
  }
});

test('the previous release comes back, where one is kept', async () => {
  const rig = await started();
  versions = { ...versions, installed: ['1.2.0', '1.1.0'] };
  await expect(run(rig, { action: 'previous' })).rejects.toThrow('update: no release is kept that could come back');
  versions = { ...versions, installed: ['1.2.0', '1.1.0', '1.0.0'] };
  await run(rig, { action: 'previous' });
  expect(updates.previousAsked).toBe(1);
});

test('without a key no update is begun, and the remedy is told; the previous release needs none', async () => {
  const rig = await started();
  trust = 'nothing';
  await expect(run(rig, { action: 'url', url })).rejects.toThrow(/no key is installed: "make flash/);
  await expect(run(rig, { action: 'handed' })).rejects.toThrow(/no key is installed/);
  // Said before a file is sent for nothing.
  await expect(stationControl(() => rig.running).updateInbox()).rejects.toThrow(/no key is installed/);
  expect(updates.orders).toEqual([]);
  await run(rig, { action: 'previous' });
  trust = 'any';
  updates.becomes({ step: 'installed' });
  await run(rig, { action: 'handed' });
});

test.each([
  [{}, /is missing|valid|must be/],
  [{ url: 'files.example/a.zip' }, /update: the location is no URL; valid: .*https:/],
  [{ url: 'gopher://files.example/a' }, /the location begins with gopher:\/\/; valid: /],
])('a URL %j is refused with what is valid', async (request, why) => {
  const rig = await started();
  await expect(run(rig, { action: 'url', ...request })).rejects.toThrow(why);
  expect(updates.orders).toEqual([]);
});

test('a station whose program runs outside of any slot says that it has no updates', async () => {
  const rig = await Rig.start();
  const none = /^update: this station has no updates/;
  for (const request of [{ action: 'url', url }, { action: 'handed' }, { action: 'cancel' }, { action: 'previous' }]) {
    await expect(run(rig, request)).rejects.toThrow(none);
  }
  await expect(stationControl(() => rig.running).updateInbox()).rejects.toThrow(none);
  const { message, facts } = await run(rig, { action: 'status' });
  expect(message).toBe(`runs ${programVersion}\nupdate: none was ordered`);
  expect(facts).toMatchObject({ good: null, previous: null, failed: [], trust: null });
});
