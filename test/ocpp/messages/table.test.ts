/** Every action of the table against its example, whole and damaged; needs no other schemas. */
import { check, checkTolerant, isAction, messages } from '../../../src/ocpp/messages';
import { examples } from './examples';

interface Site {
  /** Path of an object in the example. */
  path: readonly string[];
  object: Record<string, unknown>;
  required: readonly string[];
}

interface ObjectSchema {
  properties?: Record<string, ObjectSchema>;
  items?: ObjectSchema;
  required?: string[];
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function sitesOf(schema: ObjectSchema | undefined, value: unknown, path: readonly string[] = []): Site[] {
  if (Array.isArray(value)) return value.flatMap((item, i) => sitesOf(schema?.items, item, [...path, String(i)]));
  if (!isRecord(value)) return [];
  const inner = Object.entries(value).flatMap(([name, v]) => sitesOf(schema?.properties?.[name], v, [...path, name]));
  return [{ path, object: value, required: schema?.required ?? [] }, ...inner];
}

/** A copy of the example in which the object at the path was edited. */
function edited(example: object, path: readonly string[], edit: (object: Record<string, unknown>) => void): unknown {
  const copy: unknown = structuredClone(example);
  const target = path.reduce((at: unknown, name) => (at as Record<string, unknown>)[name], copy);
  if (!isRecord(target)) throw new Error(`no object at ${path.join('.')}`);
  edit(target);
  return copy;
}

const cases = Object.entries(examples).flatMap(([action, pair]) => {
  if (!isAction(action)) throw new Error(action);
  const { request, response } = messages[action];
  return [
    { name: `${action}.req`, schema: request, example: pair.request },
    { name: `${action}.conf`, schema: response, example: pair.response },
  ];
});

test('the 28 actions of OCPP 1.6 and those of the whitepaper are there, by profile and by sender', () => {
  const count = (key: 'profile' | 'from') => {
    const counts: Record<string, number> = {};
    for (const row of Object.values(messages)) counts[row[key]] = (counts[row[key]] ?? 0) + 1;
    return counts;
  };
  expect(count('profile')).toEqual({
    Core: 16,
    FirmwareManagement: 4,
    LocalAuthListManagement: 2,
    RemoteTrigger: 1,
    Reservation: 2,
    Security: 11,
    SmartCharging: 3,
  });
  expect(count('from')).toEqual({ chargePoint: 13, centralSystem: 25, both: 1 });
});

test('action names are case sensitive, and words of JavaScript are none (J 4.2.1)', () => {
  expect(['Heartbeat', 'heartbeat', 'toString', '__proto__', ''].map(isAction)).toEqual([
    true,
    false,
    false,
    false,
    false,
  ]);
});

describe.each(cases)('$name', ({ schema, example }) => {
  // Through JSON, as a plain JSON schema.
  const sites = sitesOf(JSON.parse(JSON.stringify(schema)) as ObjectSchema, example);

  test('takes its example', () => {
    expect(check(schema, example)).toBeUndefined();
    expect(checkTolerant(schema, example)).toBeUndefined();
  });

  test('a property it does not know is a FormationViolation, or ignored where tolerance is asked for', () => {
    for (const { path } of sites) {
      const extra = edited(example, path, (object) => {
        object.mesurand = 1;
      });
      expect(check(schema, extra)?.code).toBe('FormationViolation');
      expect(checkTolerant(schema, extra)).toBeUndefined();
    }
  });

  test('a required property left out is an OccurenceConstraintViolation', () => {
    for (const { path, required } of sites) {
      for (const name of required) {
        const short = edited(example, path, (object) => {
          delete object[name];
        });
        expect(check(schema, short)).toMatchObject({
          code: 'OccurenceConstraintViolation',
          message: expect.stringContaining(`${name}: found nothing, valid is`),
        });
        expect(checkTolerant(schema, short)?.code).toBe('OccurenceConstraintViolation');
      }
    }
  });

  test('null in place of any value is a TypeConstraintViolation', () => {
    for (const { path, object } of sites) {
      for (const name of Object.keys(object)) {
        const nulled = edited(example, path, (o) => {
          o[name] = null;
        });
        expect(check(schema, nulled)).toMatchObject({
          code: 'TypeConstraintViolation',
          message: expect.stringContaining(`${name}: found null, valid is`),
        });
      }
    }
  });

  test('a payload that is no object is a FormationViolation', () => {
    for (const payload of [null, undefined, [], [example], 'text', 1, true]) {
      expect(check(schema, payload)?.code).toBe('FormationViolation');
      expect(checkTolerant(schema, payload)?.code).toBe('FormationViolation');
    }
  });
});
