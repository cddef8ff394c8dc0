/** Frames as the guide's examples spell and shape them, byte for byte but for the values; and none of it unless asked for. */
import { legrandFrame } from '../../../src/ocpp/messages/wire-legrand';
import { closeTheBooks, Rig, type RigOptions, singleBoard } from '../../support/rig';

afterEach(closeTheBooks);

/** What the guide's examples have at each place: a number, or a text of a kind. */
const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d$/;
const number = /^\d+(\.\d+)?$/;

/** The members of a frame's payload in the order in which they leave, with arrays and objects inside. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shape);
  if (typeof value !== 'object' || value === null) return typeof value;
  return Object.entries(value).map(([name, inner]) => [name, shape(inner)]);
}

const texts = (...names: string[]) => names.map((name) => [name, 'string']);

/** A charge on the domestic outlet, connector 2, with the measurands of the guide's examples. */
async function charged(options: RigOptions): Promise<Rig> {
  const measured = 'Current.Import,Energy.Active.Import.Interval,Power.Active.Import';
  const rig = await Rig.start({
    board: { ...singleBoard(), firmwareVersion: 'V01.01.65/V01.01.08' },
    config: {
      MeterValuesSampledData: measured,
      StopTxnSampledData: 'Current.Import,Energy.Active.Import.Interval',
      MeterValueSampleInterval: '60',
    },
    ...options,
  });
  await rig.charge(2);
  await rig.advance(65_000);
  rig.present('04A1B2C3');
  await rig.expectCall('StopTransaction');
  await rig.advance(2_000);
  return rig;
}

function first(rig: Rig, action: string): Record<string, unknown> {
  const request = rig.central.calls(action)[0];
  if (!request) throw new Error(`no ${action}`);
  return request.payload;
}

describe("wire 'legrand'", () => {
  let rig: Rig;

  beforeEach(async () => {
    rig = await charged({ wire: 'legrand' });
  });

  test('every frame is [2, 20 digits, action, payload]', () => {
    for (const line of rig.central.frames.filter((text) => text.startsWith('< [2'))) {
      expect(line).toMatch(/^< \[2,"\d{20}","[A-Z]\w+",\{.*\}\]$/);
    }
  });

  test('BootNotification, Authorize and Heartbeat', async () => {
    expect(JSON.stringify(first(rig, 'BootNotification'))).toBe(
      '{"chargeBoxSerialNumber":"260988","chargePointModel":"059004","chargePointVendor":"Legrand","firmwareVersion":"V01.01.65/V01.01.08","meterType":"internal"}',
    );
    expect(JSON.stringify(first(rig, 'Authorize'))).toBe('{"idTag":"04A1B2C3"}');
    await rig.call('TriggerMessage', { requestedMessage: 'Heartbeat' });
    await rig.advance(1_000);
    expect(first(rig, 'Heartbeat')).toEqual({});
  });

  test('StatusNotification has no time', () => {
    expect(JSON.stringify(first(rig, 'StatusNotification'))).toBe(
      '{"connectorId":0,"errorCode":"NoError","info":"No failure","status":"Available","vendorId":"Legrand"}',
    );
  });

  test('StartTransaction has reservationId 0 and a time with offset', () => {
    const start = first(rig, 'StartTransaction');
    expect(Object.keys(start)).toEqual(['connectorId', 'idTag', 'meterStart', 'reservationId', 'timestamp']);
    expect(start).toEqual({
      connectorId: 2,
      idTag: '04A1B2C3',
      meterStart: 0,
      reservationId: 0,
      timestamp: expect.stringMatching(time),
    });
  });

  test('MeterValues: mesurand, transactionId as text, Sample.Clock, exported power, energy without location', () => {
    const values = first(rig, 'MeterValues');
    const value = texts('value', 'context', 'format', 'mesurand', 'location', 'unit');
    expect(shape(values)).toEqual([
      ['connectorId', 'number'],
      ['transactionId', 'string'],
      [
        'meterValue',
        [
          [
            ['timestamp', 'string'],
            ['sampledValue', [value, value.filter(([name]) => name !== 'location'), value]],
          ],
        ],
      ],
    ]);
    const sampled = { context: 'Sample.Clock', format: 'Raw', value: expect.stringMatching(number) };
    expect(values).toMatchObject({
      connectorId: 2,
      transactionId: '1001',
      meterValue: [
        {
          timestamp: expect.stringMatching(time),
          sampledValue: [
            { ...sampled, mesurand: 'Current.Import', location: 'Outlet', unit: 'A' },
            { ...sampled, mesurand: 'Energy.Active.Import.Interval', unit: 'Wh' },
            { ...sampled, mesurand: 'Power.Active.Export', location: 'Outlet', unit: 'W' },
          ],
        },
      ],
    });
  });

  test('StopTransaction: sampledValue is one object, Interruption.End, no location', () => {
    const stop = first(rig, 'StopTransaction');
    expect(Object.keys(stop)).toEqual([
      'idTag',
      'meterStop',
      'timestamp',
      'transactionId',
      'reason',
      'transactionData',
    ]);
    expect(stop).toMatchObject({ idTag: '04A1B2C3', transactionId: '1001', reason: 'Local' });
    expect(stop.timestamp).toMatch(time);
    const data = stop.transactionData as Record<string, unknown>[];
    for (const entry of data) {
      expect(shape(entry)).toEqual([
        ['timestamp', 'string'],
        ['sampledValue', texts('value', 'context', 'format', 'mesurand', 'unit')],
      ]);
    }
    expect(data.slice(-2)).toMatchObject([
      { sampledValue: { context: 'Interruption.End', mesurand: 'Current.Import', unit: 'A' } },
      { sampledValue: { context: 'Interruption.End', mesurand: 'Energy.Active.Import.Interval', unit: 'Wh' } },
    ]);
  });

  test('answers are the standard ones', async () => {
    expect(await rig.call('GetLocalListVersion', {})).toEqual({ listVersion: -1 });
    expect(await rig.call('NoSuchAction', {})).toMatchObject({ callError: 'NotImplemented' });
  });
});

test('off by default: the frames of the same charge obey the standard, word for word', async () => {
  const rig = await charged({});
  const wire = rig.central.frames.filter((text) => text.startsWith('<')).join('\n');
  expect(wire).not.toMatch(/mesurand|Power\.Active\.Export|Interruption|"reservationId"/);
  expect(first(rig, 'MeterValues').transactionId).toBe(1001);
  expect(first(rig, 'StatusNotification')).toHaveProperty('timestamp');
});

test('phases are named where there are several', () => {
  const value = (phase: string) => ({ value: '1', measurand: 'Current.Import', phase, context: 'Trigger' });
  const meterValue = [{ timestamp: '2026-05-04T08:00:00.000Z', sampledValue: [value('L1'), value('L2')] }];
  const text = legrandFrame(JSON.stringify([2, '1', 'MeterValues', { connectorId: 1, meterValue }]));
  expect(JSON.parse(text)[3]).toEqual({
    connectorId: 1,
    meterValue: [
      {
        timestamp: '2026-05-04T08:00:00.000+00:00',
        sampledValue: [
          { value: '1', context: 'Trigger', mesurand: 'Current.Import', phase: 'L1' },
          { value: '1', context: 'Trigger', mesurand: 'Current.Import', phase: 'L2' },
        ],
      },
    ],
  });
});
