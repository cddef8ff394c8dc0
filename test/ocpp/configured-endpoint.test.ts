/** Where the keys say that the central system is, and when there is a way back from where it sent the station. */

import { VirtualClock } from '../../src/drivers/clock/virtual-clock';
import type { Batch, JsonValue } from '../../src/hal/store';
import { StoredValues } from '../../src/hal/stored';
import { Configuration } from '../../src/ocpp/config-keys/configuration';
import { ConfiguredEndpoint } from '../../src/ocpp/configured-endpoint';
import type { ClientCertificate } from '../../src/ocpp/link/endpoint';
import type { LinkEnd } from '../../src/ocpp/link/transport';
import { InstalledRoots } from '../../src/ocpp/security/installed-roots';

const attempts_max = 5;

function bench(options: { stored?: ReadonlyMap<string, JsonValue>; initial?: Record<string, string> } = {}) {
  const clock = new VirtualClock();
  const disk = new Map(options.stored ?? []);
  const configuration = new Configuration({
    persisted: new Map(),
    initial: options.initial ?? { URL: 'ws://old.test', UID: 'CP' },
    persist: async () => {},
    numberOfConnectors: 1,
  });
  const commits = {
    commit: async ({ put, del }: Batch) => {
      for (const key of del) disk.delete(key);
      for (const [key, value] of put) disk.set(key, value);
    },
  };
  const roots = new InstalledRoots(commits, new StoredValues(disk));
  const own: { present: ClientCertificate | undefined } = { present: undefined };
  const carried: ClientCertificate[] = [];
  const certificates = {
    get present() {
      return own.present;
    },
    get lack() {
      return own.present ? undefined : 'none';
    },
    carried: (certificate: ClientCertificate) => void carried.push(certificate),
    failed: () => false,
    onChange: () => {},
  };
  const mode = { isOcpp: true };
  const moves: (string | undefined)[] = [];
  const endpoint = new ConfiguredEndpoint(
    {
      clock,
      commits,
      configuration,
      log: { info: () => {}, warn: () => {} },
      roots,
      certificates,
      usesOcpp: () => mode.isOcpp,
    },
    new StoredValues(disk),
  );
  endpoint.start(() => moves.push(endpoint.current()?.url));
  const tryInVain = async (how?: LinkEnd) => {
    for (let n = 0; n < attempts_max; n++) endpoint.failed(how);
    await clock.advance(1_000);
  };
  return { clock, disk, configuration, endpoint, moves, tryInVain, mode, roots, own, carried };
}

test('URL, identity, and no security profile; nothing while one of the keys is not set', () => {
  expect(bench().endpoint.current()).toEqual({ url: 'ws://old.test', identity: 'CP', security: { profile: 0 } });
  expect(bench({ initial: { UID: 'CP' } }).endpoint.current()).toBeUndefined();
});

test('from where the central system sent it the station returns, if nobody is there', async () => {
  const { endpoint, clock, moves, disk, tryInVain } = bench();
  await endpoint.change('url', 'ws://new.test');
  expect(disk.get('connection/former')).toEqual({ url: 'ws://old.test', identity: 'CP' });
  await clock.advance(1_000);
  await tryInVain();
  expect(moves).toEqual(['ws://new.test', 'ws://old.test']);
  expect(disk.size).toBe(0);
});

test('where a person sent it the station stays', async () => {
  const { configuration, endpoint, moves, tryInVain } = bench();
  await endpoint.change('URL', 'ws://new.test');
  await configuration.change('URL', 'ws://third.test', 'person');
  await tryInVain();
  expect(moves).toEqual(['ws://third.test']);
});

test('a former address of an earlier start is found again', async () => {
  const stored = new Map<string, JsonValue>([['connection/former', { url: 'ws://before.test', identity: 'CP' }]]);
  const { moves, tryInVain } = bench({ stored });
  await tryInVain();
  expect(moves).toEqual(['ws://before.test']);
});

describe('security', () => {
  const key = 'open-sesame-open';
  const password = Buffer.from(key);
  const root = { pem: '-----BEGIN CERTIFICATE-----', fingerprint: 'ab'.repeat(32) };
  const secured = (profile: string) =>
    bench({ initial: { URL: 'ws://old.test:8080/ocpp', UID: 'CP', AuthorizationKey: key, SecurityProfile: profile } });

  test.each([
    ['0', 'ws://old.test:8080/ocpp', { profile: 0 }],
    ['1', 'ws://old.test:8080/ocpp', { profile: 1, password }],
    ['2', 'wss://old.test:8080/ocpp', { profile: 2, password }],
  ])('profile %s: where to, and with what', (profile, url, security) => {
    expect(secured(profile).endpoint.current()).toEqual({ url, identity: 'CP', security });
  });

  test.each([
    ['1', '1'],
    ['2', '1'],
    ['2', '0'],
    ['0', '0'],
  ])('from profile %s the central system gets no %s; a person does', async (from, to) => {
    const { endpoint, configuration, moves, clock } = secured(from);
    expect(await endpoint.change('securityPROFILE', to)).toEqual({
      status: 'Rejected',
      why: expect.stringContaining('only raise it'),
    });
    await clock.advance(1_000);
    expect([configuration.integer('SecurityProfile'), moves]).toEqual([Number(from), []]);
    expect(await configuration.change('SecurityProfile', to, 'person')).toBe('Accepted');
  });

  test.each(['1', '2'])('profile %s without a key is refused to everybody', async (profile) => {
    const { endpoint, configuration } = bench();
    expect(await endpoint.change('SecurityProfile', profile)).toMatchObject({ status: 'Rejected' });
    expect(configuration.whyNot('SecurityProfile', profile)).toBe('AuthorizationKey must be set first');
    expect(await configuration.change('SecurityProfile', profile, 'person')).toBe('Rejected');
  });

  test('a raise that does not connect is taken back, with the address that came with it', async () => {
    const { endpoint, clock, moves, disk, configuration, tryInVain, roots } = secured('1');
    await roots.install('CentralSystemRootCertificate', root);
    await endpoint.change('SecurityProfile', '2');
    await endpoint.change('URL', 'wss://new.test');
    expect(disk.get('connection/former')).toEqual({
      ...{ url: 'ws://old.test:8080/ocpp', identity: 'CP' },
      ...{ profile: 1, authorizationKey: key },
    });
    await clock.advance(1_000);
    await tryInVain();
    expect(moves).toEqual(['wss://new.test', 'ws://old.test:8080/ocpp']);
    expect([configuration.integer('SecurityProfile'), configuration.text('URL')]).toEqual([
      1,
      'ws://old.test:8080/ocpp',
    ]);
    expect(disk.has('connection/former')).toBe(false);
  });

  test('a raise that connects stays, whatever comes later', async () => {
    const { endpoint, clock, configuration, tryInVain, roots } = secured('1');
    await roots.install('CentralSystemRootCertificate', root);
    await endpoint.change('SecurityProfile', '2');
    await clock.advance(1_000);
    endpoint.reached();
    await tryInVain();
    expect(configuration.integer('SecurityProfile')).toBe(2);
  });

  test('the central system gets no profile 2 while no root for it is installed (A05.FR.03); a person does', async () => {
    const { endpoint, configuration, roots } = secured('1');
    await roots.install('ManufacturerRootCertificate', root);
    const refused = { status: 'Rejected', why: 'no CentralSystemRootCertificate is installed' };
    expect(await endpoint.change('SecurityProfile', '2')).toEqual(refused);
    expect(await configuration.change('SecurityProfile', '2', 'person')).toBe('Accepted');
    expect(endpoint.current()).not.toHaveProperty('authorities');
  });

  test('installed roots count beside those from before until one of them has carried a connection', async () => {
    const { endpoint, disk, roots } = secured('2');
    await roots.install('CentralSystemRootCertificate', root);
    const trust = () => endpoint.current()?.authorities;
    expect(trust()).toEqual({ pem: [root.pem], alone: false });
    endpoint.reached('cd'.repeat(32));
    expect([trust()?.alone, endpoint.restsOn(root)]).toEqual([false, false]);
    endpoint.reached(root.fingerprint);
    expect([trust()?.alone, endpoint.restsOn(root), disk.get('security/roots-proven')]).toEqual([true, true, true]);
    const [installed] = roots.all;
    if (!installed) throw new Error('no root');
    await roots.remove(installed);
    expect([trust(), disk.has('security/roots-proven')]).toEqual([undefined, false]);
  });

  test('another key moves the station, and the former one comes back where the new one is not taken', async () => {
    const { endpoint, clock, configuration, moves, tryInVain } = secured('1');
    await endpoint.change('AuthorizationKey', 'another-key-of-16');
    await clock.advance(1_000);
    expect(moves).toHaveLength(1);
    await tryInVain('unauthorised');
    expect([moves.length, configuration.text('AuthorizationKey')]).toEqual([2, key]);
  });

  test('from profile 2 on no address has the station speak without TLS', async () => {
    const { endpoint, configuration } = secured('2');
    await endpoint.change('URL', 'ws://new.test');
    await configuration.change('URL', 'ws://third.test', 'person');
    expect(endpoint.current()?.url).toBe('wss://third.test');
  });

  test('bytes that are refused are tried as text, and what is taken is on the disk', async () => {
    const { endpoint, configuration, disk } = secured('1');
    await configuration.change('AuthorizationKey', 'AB'.repeat(16), 'person');
    endpoint.failed('refused');
    expect(endpoint.current()?.security).toEqual({ profile: 1, password: Buffer.alloc(16, 0xab) });
    endpoint.failed('unauthorised');
    expect(endpoint.current()?.security).toEqual({ profile: 1, password: Buffer.from('AB'.repeat(16)) });
    endpoint.reached();
    expect(disk.get('security/literal-password')).toBe(true);
  });

  test('nobody is shown the key', () => {
    const { configuration } = secured('1');
    expect(configuration.get(['AuthorizationKey']).configurationKey).toEqual([
      { key: 'AuthorizationKey', readonly: false },
    ]);
    expect(configuration.shown('AuthorizationKey')).toBe('***');
  });
});
