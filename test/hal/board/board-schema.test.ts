/** The published JSON schema is the one the loader reads by, and agrees with it. */
import { readFileSync, writeFileSync } from 'node:fs';
import Ajv from 'ajv';
import { parse } from 'yaml';
import { boardSchema } from '../../../src/hal/board/board-schema';
import { rig } from './wiring-board';

const published = 'board/board.schema.json';
const generated = `${JSON.stringify(boardSchema(), null, 2)}\n`;
const validate = new Ajv({ strict: true, strictTypes: false, strictRequired: false }).compile(boardSchema());
const single = () => parse(readFileSync('board/simulated-single.yaml', 'utf8'));

test('the committed file equals the generated schema (GREENUP_WRITE_SCHEMA=1 writes it)', () => {
  if (process.env.GREENUP_WRITE_SCHEMA === '1') writeFileSync(published, generated);
  expect(readFileSync(published, 'utf8')).toBe(generated);
});

test('every field has a description, and every number its range', () => {
  const shapes: Record<string, unknown>[] = [];
  const collect = (shape: unknown): void => {
    if (typeof shape !== 'object' || shape === null) return;
    const { properties = {}, items, anyOf = [] } = shape as Record<string, unknown>;
    for (const property of Object.values(properties as object)) shapes.push(property);
    for (const inner of [...Object.values(properties as object), items, ...(anyOf as unknown[])]) collect(inner);
  };
  collect(boardSchema());
  expect(shapes.length).toBeGreaterThan(20);
  for (const shape of shapes) expect(shape).toHaveProperty('description');
  for (const shape of shapes.filter(({ type }) => type === 'number' || type === 'integer')) {
    expect(shape).toMatchObject({ minimum: expect.any(Number), maximum: expect.any(Number) });
    if (shape.type === 'number') expect(shape.description).toMatch(/ in (A|V|Ω|K|ms|V per V)[ ,.;]/);
  }
});

test.each([
  'simulated-single',
  'simulated-double',
  'simulated-single-t2s',
  'pi-bench-double',
  'pi-retrofit-single',
])('board/%s.yaml fits it', (name) => {
  expect(validate(parse(readFileSync(`board/${name}.yaml`, 'utf8')))).toBe(true);
});

test.each([
  ['three phases in Mode 2', 1, { phases: 3 }],
  ['32 A in Mode 2', 1, { ratedCurrent: 32 }],
  ['7 A in Mode 2', 1, { ratedCurrent: 7 }],
  ['a tethered cable in Mode 2', 1, { cable: { tethered: 16 } }],
  ['a lock in Mode 2', 1, { lock: true }],
  ['a vehicle that is woken in Mode 2', 1, { wakesVehicle: true }],
  ['a lock with a tethered cable', 0, { cable: { tethered: 32 }, lock: true }],
  ['a plug detector in Mode 3', 0, { plugDetector: true }],
  ['an unknown name', 0, { rating: 32 }],
  ['two phases', 0, { phases: 2 }],
])('an editor shows %s as wrong', (_what, socket, change) => {
  const board = single();
  Object.assign(board.points[0].sockets[socket], change);
  expect(validate(board)).toBe(false);
});

test('an editor accepts a tethered cable in Mode 3', () => {
  const board = single();
  Object.assign(board.points[0].sockets[0], { cable: { tethered: 32 } });
  expect(validate(board)).toBe(true);
});

test('an editor shows a rig without hardware, or with an unknown part, as wrong', () => {
  expect(validate(parse(rig))).toBe(true);
  expect(validate({ ...parse(rig), hardware: undefined })).toBe(false);
  const board = parse(rig);
  board.points[0].sockets[0].wiring.relay = { line: 16 };
  expect(validate(board)).toBe(false);
});
