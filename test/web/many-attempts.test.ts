/** Ten thousand attempts to log in: what they cost is bounded, whoever makes them, and the store takes commits meanwhile. */
import crypto from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VirtualClock } from '../../src/drivers/clock/virtual-clock';
import { LevelStore } from '../../src/drivers/store/level-store';
import type { Batch } from '../../src/hal/store';
import { StoredValues } from '../../src/hal/stored';
import { PagePassword } from '../../src/local/page-password';
import { Attempts } from '../../src/web/attempts';
import { LogIn } from '../../src/web/log-in';
import { PasswordHasher } from '../../src/web/password';
import { HttpRefusal } from '../../src/web/refusal';
import { Sessions } from '../../src/web/sessions';

const attemptsMade = 10_000;
/** So many at once; the next ones come when these are answered. */
const atOnce = 20;
/** In ten minutes, from all addresses where nobody has logged in; and from one before it has to wait. */
const allMax = 60;
const oneMax = 3;

let directory: string;
let store: LevelStore;
let clock: VirtualClock;
let logIn: LogIn;
let password: PagePassword;
/** What the security log is told, by its kind. */
let noted: string[];
/** Of scrypt: calls so far, those that are under way, and the most that ever were. */
let hashes: { made: number; now: number; most: number };

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'greenup-attempts-'));
  store = await LevelStore.open(directory);
  clock = new VirtualClock();
  const commits = { commit: (batch: Batch) => store.commit(batch) };
  password = new PagePassword(commits, new StoredValues(await store.load()));
  const hasher = new PasswordHasher(16);
  await password.change(await hasher.hash('correct horse'));
  const sessions = new Sessions(() => 'x');
  noted = [];
  const station = {
    password: () => password,
    noteLogIn: (event: string, info: string) => {
      noted.push(`${event} ${info}`);
    },
  };
  logIn = new LogIn({ station, attempts: new Attempts(), sessions, hasher, clock });
  hashes = { made: 0, now: 0, most: 0 };
  countHashes();
});

afterEach(async () => {
  jest.restoreAllMocks();
  await store.close();
  rmSync(directory, { recursive: true });
});

function countHashes(): void {
  const real = crypto.scrypt;
  const counted = (text: string, salt: Buffer, bytes: number, options: object, done: typeof noHash): void => {
    hashes.made += 1;
    hashes.now += 1;
    hashes.most = Math.max(hashes.most, hashes.now);
    real(text, salt, bytes, options, (error, key) => {
      hashes.now -= 1;
      done(error, key);
    });
  };
  jest.spyOn(crypto, 'scrypt').mockImplementation(counted as typeof crypto.scrypt);
}

function noHash(_error: Error | null, _key: Buffer): void {}

async function codeOf(entering: Promise<unknown>): Promise<number> {
  try {
    await entering;
    return 200;
  } catch (error) {
    if (error instanceof HttpRefusal) return error.code;
    throw error;
  }
}

async function attack(addressOf: (number: number) => string): Promise<number[]> {
  const codes: number[] = [];
  for (let first = 0; first < attemptsMade; first += atOnce) {
    const wave = Array.from({ length: atOnce }, (_, index) => first + index);
    const answers = wave.map((number) => codeOf(logIn.enter('admin', `guess ${number}`, addressOf(number))));
    codes.push(...(await Promise.all(answers)));
  }
  return codes;
}

test.each<[string, number, (number: number) => string]>([
  ['one address', oneMax, () => '192.168.1.66'],
  ['as many addresses', allMax, (number) => `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}`],
  ['as many networks of IPv6', allMax, (number) => `2001:db8:0:${number.toString(16)}::1`],
  ['as many addresses of one network of IPv6', oneMax, (number) => `2001:db8::${number.toString(16)}`],
])('from %s they are few hashes, one at a time, and commits go on', async (_what, hashesMax, addressOf) => {
  const attacked = attack(addressOf);
  let isOver = false;
  void attacked.then(() => {
    isOver = true;
  });
  let committed = 0;
  for (; !isOver && committed < attemptsMade; committed += 1) {
    await store.commit({ put: [[`k/${committed}`, committed]], del: [] }, 'written');
  }
  const codes = await attacked;
  expect(committed).toBeGreaterThan(0);
  expect(hashes.made).toBeGreaterThan(0);
  expect(hashes.made).toBeLessThanOrEqual(hashesMax);
  expect(hashes.most).toBe(1);
  expect(codes.filter((code) => code === 401)).toHaveLength(hashes.made);
  expect(codes.filter((code) => code === 429)).toHaveLength(attemptsMade - hashes.made);
  await store.close();
  store = await LevelStore.open(directory);
  expect((await store.load()).get(`k/${committed - 1}`)).toBe(committed - 1);
});

test('the owner gets in meanwhile from where he was before', async () => {
  expect(await codeOf(logIn.enter('admin', 'correct horse', '192.168.1.10'))).toBe(200);
  await attack((number) => `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}`);
  expect(await codeOf(logIn.enter('admin', 'correct horse', '192.168.1.11'))).toBe(429);
  expect(await codeOf(logIn.enter('admin', 'correct horse', '192.168.1.10'))).toBe(200);
});

test('the security log is told of who got in, who did not, and who is locked out; never what was typed', async () => {
  const owner = '192.168.1.10';
  const secret = 'correct horse';
  expect(await codeOf(logIn.enter('admin', secret, owner))).toBe(200);
  expect(noted.splice(0)).toEqual([`LogInAtPages from ${owner}`]);
  // Many a person types the password where the user belongs.
  expect(await codeOf(logIn.enter(secret, 'admin', owner))).toBe(401);
  expect(await codeOf(logIn.enter('admin', 'wrong horse', owner))).toBe(401);
  expect(noted.splice(0)).toEqual([`FailedLogInAtPages from ${owner}`, `FailedLogInAtPages from ${owner}`]);
  expect(await codeOf(logIn.enter('admin', 'wrong horse', owner))).toBe(401);
  // To be slowed down is not yet to be locked out.
  expect(await codeOf(logIn.enter('admin', secret, owner))).toBe(429);
  expect(noted.splice(0)).toEqual([`FailedLogInAtPages from ${owner}`]);
  for (let failures = 3; failures < 8; failures += 1) {
    await clock.advance(32_000);
    expect(await codeOf(logIn.enter('admin', 'wrong horse', owner))).toBe(401);
  }
  noted.splice(0);
  expect(await codeOf(logIn.enter('admin', secret, owner))).toBe(429);
  expect(noted).toEqual([`LogInsLockedAtPages from ${owner}, for 60 s`]);
});

test('of a password that is changed, a wrong present one is told as a failure', async () => {
  const { id } = await logIn.enter('admin', 'correct horse', '192.168.1.10');
  noted.splice(0);
  const visitor = { access: [], address: '192.168.1.11', sessionId: id };
  expect(await codeOf(logIn.choose('wrong horse', 'battery staple', visitor))).toBe(401);
  expect(noted).toEqual(['FailedLogInAtPages from 192.168.1.11']);
});

test('the password of the first connection is told apart: nobody was kept out yet', async () => {
  await password.reset();
  expect(await codeOf(logIn.enter('admin', 'admin', '192.168.1.10'))).toBe(200);
  expect(noted).toEqual(['LogInAtPages from 192.168.1.10, with the password of the first connection']);
});
