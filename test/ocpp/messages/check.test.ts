/** What a violation is called and how it is worded. */
import fc from 'fast-check';
import { type Action, check, checkTolerant, messages } from '../../../src/ocpp/messages';
import { examples } from './examples';

const profileWith = (limit: unknown) => ({
  connectorId: 1,
  csChargingProfiles: {
    ...examples.SetChargingProfile.request.csChargingProfiles,
    chargingSchedule: { chargingRateUnit: 'A', chargingSchedulePeriod: [{ startPeriod: 0, limit }] },
  },
});

const table: [Action, unknown, string, string][] = [
  ['Reset', { type: 'hard' }, 'PropertyConstraintViolation', 'type: found "hard", valid is one of Hard, Soft'],
  ['Reset', { type: 1 }, 'TypeConstraintViolation', 'type: found a number, valid is one of Hard, Soft'],
  ['Reset', {}, 'OccurenceConstraintViolation', 'type: found nothing, valid is one of Hard, Soft'],
  ['Reset', { type: undefined }, 'OccurenceConstraintViolation', 'type: found nothing, valid is one of Hard, Soft'],
  ['Reset', [], 'FormationViolation', 'payload: found an empty array, valid is an object'],
  ['Reset', { type: 'Hard', force: true }, 'FormationViolation', 'force: found an unknown property, valid is type'],
  ['ClearCache', { now: 1 }, 'FormationViolation', 'now: found an unknown property, valid is no property'],
  ['UnlockConnector', { connectorId: 1.5 }, 'TypeConstraintViolation', 'connectorId: found 1.5, valid is an integer'],
  ['UnlockConnector', { connectorId: '1' }, 'TypeConstraintViolation', 'connectorId: found "1", valid is an integer'],
  [
    'RemoteStartTransaction',
    { idTag: '123456789012345678901' },
    'PropertyConstraintViolation',
    'idTag: found a text of 21 characters, valid is a text of at most 20 characters',
  ],
  [
    'GetDiagnostics',
    { location: 'no address' },
    'PropertyConstraintViolation',
    'location: found "no address", valid is a URI, such as ftp://server/folder',
  ],
  [
    'ReserveNow',
    { ...examples.ReserveNow.request, expiryDate: 'tomorrow' },
    'PropertyConstraintViolation',
    'expiryDate: found "tomorrow", valid is an ISO 8601 time with an offset, such as 2025-04-30T12:00:00Z',
  ],
  [
    'SetChargingProfile',
    profileWith(8.15),
    'PropertyConstraintViolation',
    'csChargingProfiles.chargingSchedule.chargingSchedulePeriod[0].limit: found 8.15, valid is a number with at most one decimal',
  ],
  [
    'SetChargingProfile',
    profileWith('16'),
    'TypeConstraintViolation',
    'csChargingProfiles.chargingSchedule.chargingSchedulePeriod[0].limit: found "16", valid is a number with at most one decimal',
  ],
  [
    'MeterValues',
    { connectorId: 1, meterValue: [{ timestamp: '2025-04-30T12:00:00Z', sampledValue: [] }] },
    'OccurenceConstraintViolation',
    'meterValue[0].sampledValue: found an empty array, valid is at least one element',
  ],
  [
    'MeterValues',
    { connectorId: 1, meterValue: {} },
    'TypeConstraintViolation',
    'meterValue: found an object, valid is an array',
  ],
  [
    'GetConfiguration',
    { key: ['A', true] },
    'TypeConstraintViolation',
    'key[1]: found a boolean, valid is a text of at most 50 characters',
  ],
];

test.each(table)('%s.req %j is refused as %s', (action, payload, code, message) => {
  expect(check(messages[action].request, payload)).toEqual({ code, message });
});

test('a property that is undefined counts as absent, as it is in JSON', () => {
  expect(check(messages.DataTransfer.request, { vendorId: 'V', data: undefined })).toBeUndefined();
});

test('tolerance ends at unknown properties: what is wrong beside one is still found', () => {
  const payload = { extra: 1, idTagInfo: { status: 'Accepted', extra: 2, expiryDate: 'never' } };
  expect(checkTolerant(messages.Authorize.response, payload)?.message).toMatch(/^idTagInfo.expiryDate: found "never"/);
});

test('"at most one digit fraction" (7.14): every such number passes, whatever binary arithmetic left behind', () => {
  const schema = messages.SetChargingProfile.request;
  fc.assert(
    fc.property(fc.integer({ min: -10_000_000, max: 10_000_000 }), (tenths) => {
      expect(check(schema, profileWith(tenths / 10))).toBeUndefined();
      expect(check(schema, profileWith(tenths * 0.1))).toBeUndefined();
      expect(check(schema, profileWith(tenths / 10 + 0.05))?.code).toBe('PropertyConstraintViolation');
    }),
  );
  for (const limit of [0.3, 0.1 + 0.2, 16.099999999999998, 32, 1e9 + 0.1, 1e21, -0]) {
    expect(check(schema, profileWith(limit))).toBeUndefined();
  }
  for (const limit of [0.01, 8.15, 16.099, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(check(schema, profileWith(limit))?.code).toBe('PropertyConstraintViolation');
  }
});

test('lengths are counted in characters, not in UTF-16 units', () => {
  const schema = messages.RemoteStartTransaction.request;
  expect(check(schema, { idTag: '🔌'.repeat(20) })).toBeUndefined();
  expect(check(schema, { idTag: '🔌'.repeat(21) })?.code).toBe('PropertyConstraintViolation');
});

test('messages repeat neither long texts nor deep values', () => {
  let deep: unknown = [];
  for (let i = 0; i < 100_000; i += 1) deep = [deep];
  expect(check(messages.Reset.request, { type: deep })?.message).toBe(
    'type: found an array, valid is one of Hard, Soft',
  );
  expect(check(messages.Reset.request, { type: 'x'.repeat(100_000) })?.message.length).toBeLessThan(100);
  expect(check(messages.Reset.request, { type: 'Hard', ['y'.repeat(100_000)]: 1 })?.message.length).toBeLessThan(150);
});
