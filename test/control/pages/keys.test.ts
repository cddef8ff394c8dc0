/** What the page of the configuration keys shows of a station, and who changed what when. */
import { type PageKey, pageKeys } from '../../../src/control/pages/keys';
import { pageStation } from '../../../src/control/pages/page-station';
import { configurationKeys, type KeyName } from '../../../src/ocpp/config-keys/index';
import type { ConfigurationKey } from '../../../src/ocpp/config-keys/types';
import { closeTheBooks, Rig, startOfTime } from '../../support/rig';

afterEach(closeTheBooks);

const keysOf = (rig: Rig) => pageKeys(() => (rig.powered ? rig.running : undefined));

function keyOf(rig: Rig, name: KeyName): PageKey {
  const found = keysOf(rig)
    .list()
    ?.find(({ key }) => key === name);
  if (!found) throw new Error(`there is no ${name}`);
  return found;
}

async function change(rig: Rig, key: string, value: string) {
  const changed = keysOf(rig).change(key, value);
  await rig.advance(100);
  return changed;
}

test('every key of the table is there, once, with its words', async () => {
  const rig = await Rig.start();
  expect(
    keysOf(rig)
      .list()
      ?.map(({ key }) => key),
  ).toEqual(configurationKeys.map(({ key }) => key));
  expect(keyOf(rig, 'HeartbeatInterval')).toEqual({
    key: 'HeartbeatInterval',
    group: 'Core',
    requirement: 'Required',
    write: 'Accepted',
    mayChange: true,
    type: { kind: 'integer', min: 10, max: 86_400, unit: 's' },
    default: '60',
    description: expect.stringContaining('Heartbeat'),
    remark: 'Between 10 and 86400 sec',
    value: '300',
    isHidden: false,
    from: 'central system',
    changedAt: startOfTime + 15,
  });
});

test('what may be changed is what the table lets and the station does not give itself', async () => {
  const rig = await Rig.start({ network: { ethernet: () => ({ address: '192.0.2.7', netmask: '', gateway: '' }) } });
  expect(keyOf(rig, 'NumberOfConnectors')).toMatchObject({ mayChange: false, from: 'station', value: '4' });
  expect(keyOf(rig, 'networkEthernetAddress')).toMatchObject({ mayChange: false, from: 'station', value: '192.0.2.7' });
  expect(keyOf(rig, 'networkEthernetGateway').value).toBeNull();
  expect(keyOf(rig, 'LightIntensity')).toMatchObject({ mayChange: false, from: 'delivery', write: 'Rejected' });
  expect(keyOf(rig, 'StopTxnSampledData')).toMatchObject({ mayChange: true, value: '', default: '' });
});

test('a list is bounded by what other keys leave of it', async () => {
  const rig = await Rig.start({
    config: { supportedStopTxnSampledData: 'Voltage,Temperature', StopTxnSampledDataMaxLength: '1' },
  });
  expect(keyOf(rig, 'StopTxnSampledData').type).toEqual({
    kind: 'list',
    words: ['Voltage', 'Temperature'],
    minItems: 0,
    maxItems: 1,
  });
});

test('who changed it last, and when, outlives a power cut', async () => {
  const rig = await Rig.start();
  expect(keyOf(rig, 'ConnectionTimeOut')).toMatchObject({ from: 'delivery', changedAt: null });
  expect(keyOf(rig, 'UID')).toMatchObject({ from: 'start', changedAt: null });
  const before = rig.clock.now();
  expect(await change(rig, 'connectiontimeout', '90')).toEqual({ answer: 'Accepted' });
  await rig.configure('ResetRetries', '2');
  const person = { from: 'person', changedAt: startOfTime + before, value: '90' };
  const central = { from: 'central system', changedAt: expect.any(Number), value: '2' };
  expect(keyOf(rig, 'ConnectionTimeOut')).toMatchObject(person);
  expect(keyOf(rig, 'ResetRetries')).toMatchObject(central);
  await rig.cutPower('none');
  expect(keysOf(rig).list()).toBeUndefined();
  await rig.powerOn();
  await rig.advance(2_000);
  expect(keyOf(rig, 'ConnectionTimeOut')).toMatchObject(person);
  expect(keyOf(rig, 'ResetRetries')).toMatchObject(central);
  await rig.configure('ConnectionTimeOut', '91');
  expect(keyOf(rig, 'ConnectionTimeOut').from).toBe('central system');
});

test('a change before the time is known has no time', async () => {
  const rig = Rig.prepare({ systemTimeMs: null });
  rig.central.deaf = () => true;
  await rig.powerOn();
  await change(rig, 'ConnectionTimeOut', '90');
  expect(keyOf(rig, 'ConnectionTimeOut')).toMatchObject({ from: 'person', changedAt: null });
  rig.central.deaf = () => false;
  await rig.advance(60_000);
});

test('a value that was stored without a note is nobody’s', async () => {
  const rig = await Rig.start();
  await change(rig, 'ConnectionTimeOut', '90');
  await rig.cutPower('all');
  await rig.store.commit({ put: [], del: ['key-note/ConnectionTimeOut'] });
  await rig.powerOn();
  await rig.advance(2_000);
  expect(keyOf(rig, 'ConnectionTimeOut')).toMatchObject({ from: 'stored', changedAt: null, value: '90' });
});

test('an address that was flashed, or holds for this run, is not that of the person before', async () => {
  const rig = await Rig.start({ address: { flashing: 1 } });
  await change(rig, 'URL', 'ws://person.test/ocpp');
  expect(keyOf(rig, 'URL').from).toBe('person');
  await rig.cutPower('all');
  rig.address = { flashing: 2, URL: { value: 'ws://flashed.test/ocpp', rank: 'flashed' } };
  await rig.powerOn();
  await rig.advance(2_000);
  expect(keyOf(rig, 'URL')).toMatchObject({ from: 'stored', value: 'ws://flashed.test/ocpp' });
  await rig.cutPower('all');
  rig.address = { URL: { value: 'ws://run.test/ocpp', rank: 'run' } };
  await rig.powerOn();
  await rig.advance(2_000);
  expect(keyOf(rig, 'URL')).toMatchObject({ from: 'start', value: 'ws://run.test/ocpp' });
  await change(rig, 'URL', 'ws://run.test/ocpp');
  expect(keyOf(rig, 'URL').from).toBe('person');
});

test.each([
  ['NoSuchKey', '1', 'keyUnknown'],
  ['NumberOfConnectors', '1', 'keyReadOnly'],
  ['ConnectorPhaseRotation', 'RST', 'keyReadOnly'],
  ['HeartbeatInterval', '9', 'keyInvalid'],
  ['HeartbeatInterval', ' 60', 'keyInvalid'],
  ['MeterValuesSampledData', 'Voltage,Humidity', 'keyInvalid'],
])('%s cannot be %j', async (key, value, refused) => {
  const rig = await Rig.start();
  expect(await change(rig, key, value)).toEqual({ refused });
});

test('a secret is shown to nobody, and neither is what it was at delivery', async () => {
  const rig = await Rig.start();
  const row = configurationKeys.find(({ key }) => key === 'defaultIdTag1') as ConfigurationKey;
  row.secret = true;
  try {
    expect(keyOf(rig, 'defaultIdTag1')).toMatchObject({ value: null, default: null, isHidden: true });
    expect(JSON.stringify(keysOf(rig).list())).not.toContain('LEGRAND001');
  } finally {
    delete row.secret;
  }
});

test('the live view says when the list is another one: by person, by central system, by a cable', async () => {
  const rig = await Rig.start();
  const revision = () => pageStation(() => rig.running).view()?.revisions.keys;
  const seen = [revision()];
  await change(rig, 'ConnectionTimeOut', '90');
  seen.push(revision());
  await rig.configure('ConnectionTimeOut', '60');
  seen.push(revision());
  rig.plug(1, { cableA: 20 });
  await rig.advance(2_000);
  seen.push(revision());
  expect(new Set(seen).size).toBe(4);
  await rig.advance(10_000);
  expect(revision()).toBe(seen.at(-1));
});
