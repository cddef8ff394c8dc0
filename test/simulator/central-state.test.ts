/** What the embedded central system keeps of its security, and what its station is given of that. */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stationControl } from '../../src/control/station-commands';
import {
  type CentralStateOptions,
  centralFile,
  keptProfile,
  openCentralState,
} from '../../src/simulator/central-state';
import { equip, type OwnSecurity, ownSecurityOf } from '../../src/simulator/own-security';
import type { RunOptions } from '../../src/simulator/run-options';
import { closeTheBooks, Rig } from '../support/rig';

afterEach(closeTheBooks);

let state: string;

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'greenup-central-'));
});
afterEach(() => rmSync(state, { recursive: true, force: true }));

const open = (profile: number, change: Partial<CentralStateOptions> = {}) =>
  openCentralState({ state, profile, identity: 'CP1', serialNumber: () => '260988', now: Date.now, ...change });
const text = (file: Parameters<typeof centralFile>[1]) => readFileSync(centralFile(state, file), 'utf8');
const own = (security: number): OwnSecurity =>
  ownSecurityOf({ state, security, supervised: 'host' } as RunOptions) as OwnSecurity;

test('all that is kept is for its owner alone, and the same in the next run', () => {
  const { authority, password } = open(2);
  const folder = join(state, 'central');
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  const modes = readdirSync(folder).map((name) => [name, statSync(join(folder, name)).mode & 0o777]);
  expect(Object.fromEntries(modes)).toEqual({
    'authority.key': 0o600,
    'authority.pem': 0o600,
    'revoked.pem': 0o600,
    password: 0o600,
    profile: 0o600,
  });
  const again = open(2);
  expect([again.authority.pem, again.password]).toEqual([authority.pem, password]);
  expect(password).toMatch(/^[\w-]{32}$/);
});

test('the profile of the last run is kept, also the one that was raised since', () => {
  expect(keptProfile(state)).toBeUndefined();
  const security = open(1);
  expect(keptProfile(state)).toBe(1);
  Object.assign(security, { profile: 2, password: 'another-password' });
  security.onChange?.();
  expect([keptProfile(state), text('password')]).toEqual([2, 'another-password\n']);
  open(0);
  expect(keptProfile(state)).toBe(0);
  writeFileSync(centralFile(state, 'profile'), '');
  expect(keptProfile(state)).toBeUndefined();
});

test('with profile 3 the station has a certificate of this authority in its name, with its key, and keeps it', () => {
  const { authority, names } = open(3);
  const certificate = new X509Certificate(text('station'));
  expect(certificate.subject).toBe('O=Greenup bench\nCN=260988');
  expect(certificate.verify(new X509Certificate(authority.pem).publicKey)).toBe(true);
  expect(certificate.checkPrivateKey(createPrivateKey(text('stationKey')))).toBe(true);
  expect([...names]).toEqual([['CP1', '260988']]);
  const before = text('station');
  open(3);
  expect(text('station')).toBe(before);
});

test.each([
  ['for another serial number', () => open(3, { serialNumber: () => 'S9' }), 'S9'],
  ['that has expired', () => open(3, { now: () => Date.now() + 400 * 86_400_000 }), '260988'],
])('a certificate %s is made anew', (_what, again, name) => {
  open(3);
  const before = text('station');
  again();
  expect(text('station')).not.toBe(before);
  expect(new X509Certificate(text('station')).subject).toContain(`CN=${name}`);
});

test('a certificate of a former authority is made anew', () => {
  open(3);
  rmSync(centralFile(state, 'authority'));
  const { authority } = open(3);
  expect(new X509Certificate(text('station')).verify(new X509Certificate(authority.pem).publicKey)).toBe(true);
});

test('what cannot be used is told with what to do', () => {
  open(1);
  writeFileSync(centralFile(state, 'authority'), 'nothing');
  expect(() => open(1)).toThrow(/^--security: .*central cannot be used .*; remove it, and all begins anew$/);
});

test('a station is given nothing where the central system is another one', () => {
  open(1);
  expect(ownSecurityOf({ state, security: 1, supervised: 'mains' } as RunOptions)).toBeUndefined();
  expect(ownSecurityOf({ state, supervised: 'host' } as RunOptions)).toBeUndefined();
});

describe('a station that has started', () => {
  async function equipped(rig: Rig, security: OwnSecurity): Promise<string[]> {
    const told: string[] = [];
    let isDone = false;
    const stored = rig.running.configuration.text('AuthorizationKey');
    const giving = equip(
      stationControl(() => rig.running),
      security,
      stored,
      (line) => told.push(line),
    );
    void giving.then(() => {
      isDone = true;
    });
    for (let n = 0; n < 100 && !isDone; n += 1) await rig.advance(50);
    await giving;
    return told;
  }

  test('for the first time trusts the authority, and nothing is told', async () => {
    const { authority } = open(2);
    const rig = await Rig.start({ config: own(2).configuration });
    expect(await equipped(rig, own(2))).toEqual([]);
    const { roots } = rig.running.chargePoint.security;
    expect(roots.of('CentralSystemRootCertificate').map(({ pem }) => pem)).toEqual([authority.pem]);
    expect(await equipped(rig, own(2))).toEqual([]);
    expect(roots.all).toHaveLength(1);
    const events = rig.running.chargePoint.securityEvents().filter(({ info }) => info.includes('installed'));
    expect(events).toHaveLength(1);
  });

  test('with another password and profile gets those of the central system, which is told', async () => {
    const { password } = open(2);
    const rig = await Rig.start({ config: { AuthorizationKey: 'a-former-password', SecurityProfile: '1' } });
    const told = await equipped(rig, own(2));
    expect(told).toEqual([
      'AuthorizationKey was another one: it is that of the embedded central system now',
      'SecurityProfile was 1: it is 2 from now on, as the embedded central system was started',
    ]);
    expect(told.join()).not.toContain(password);
    await rig.advance(5_000);
    expect(rig.central.securities.at(-1)).toEqual({ profile: 2, password: Buffer.from(password) });
  });

  test('for profile 3 gets its certificate once, and comes by it', async () => {
    open(3);
    const rig = await Rig.start({ config: own(3).configuration, systemTimeMs: Date.now() });
    expect(await equipped(rig, own(3))).toEqual([]);
    await rig.advance(5_000);
    expect(rig.central.securities.at(-1)).toMatchObject({ profile: 3, chain: text('station') });
    await equipped(rig, own(3));
    const events = rig.running.chargePoint
      .securityEvents()
      .filter(({ info }) => /certificate .*by a person/.test(info));
    expect(events).toHaveLength(1);
  });

  test('may go back to profile 0', async () => {
    open(0);
    const rig = await Rig.start({ config: { AuthorizationKey: 'a-former-password', SecurityProfile: '2' } });
    expect(await equipped(rig, own(0))).toContainEqual(expect.stringMatching(/^SecurityProfile was 2: it is 0/));
    expect(rig.running.configuration.integer('SecurityProfile')).toBe(0);
  });
});
