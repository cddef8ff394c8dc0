/** What concerns the security of a station is kept, and told in order (security whitepaper, A04 and part 8). */
import { closeTheBooks, Rig } from '../support/rig';

afterEach(closeTheBooks);

const secured = { AuthorizationKey: 'open-sesame-open', SecurityProfile: '1' };
const types = (rig: Rig): unknown[] =>
  rig.central
    .calls('SecurityEventNotification')
    .filter(({ repeated }) => !repeated)
    .map(({ payload }) => payload.type);
const kept = (rig: Rig): string[] => rig.running.chargePoint.securityEvents().map(({ type }) => type);
const boot = async (rig: Rig): Promise<void> => {
  await rig.cutPower();
  await rig.powerOn();
  await rig.advance(5_000);
};

/** A station that has told of its start, and been heard. */
async function start(config: Record<string, string> = secured): Promise<Rig> {
  const rig = Rig.prepare({ config });
  await rig.powerOn();
  await rig.advance(5_000);
  return rig;
}

test('a start is told once, with its time, after BootNotification; the next start once again', async () => {
  const rig = await start();
  const [told] = rig.central.calls('SecurityEventNotification');
  expect(told?.payload).toEqual({
    type: 'StartupOfTheDevice',
    timestamp: expect.stringMatching(/^2026-05-04T08:00:0/),
    techInfo: expect.any(String),
  });
  const actions = rig.central.received.map(({ action }) => action);
  expect(actions.indexOf('SecurityEventNotification')).toBeGreaterThan(actions.indexOf('BootNotification'));
  await rig.advance(600_000);
  expect(types(rig)).toEqual(['StartupOfTheDevice']);
  await boot(rig);
  expect(types(rig)).toEqual(['StartupOfTheDevice', 'StartupOfTheDevice']);
});

test('with profile 0 they are kept and not told, unless a key says so', async () => {
  const rig = await start({});
  expect([types(rig), kept(rig)]).toEqual([[], ['StartupOfTheDevice']]);
  expect(await rig.call('ChangeConfiguration', { key: 'SecurityEventsAlways', value: 'true' })).toEqual({
    status: 'Accepted',
  });
  await rig.advance(1_000);
  // What was before is told to nobody.
  expect(types(rig)).toEqual(['ReconfigurationOfSecurityParameters']);
});

test('critical ones of a time without link are told in order when there is one, over a power cut', async () => {
  const rig = await start();
  rig.central.down();
  await rig.advance(60_000);
  await boot(rig);
  await boot(rig);
  expect(types(rig)).toHaveLength(1);
  rig.central.up();
  await rig.advance(600_000);
  const told = rig.central.calls('SecurityEventNotification');
  expect(told.map(({ payload }) => payload.type)).toEqual([
    'StartupOfTheDevice',
    'StartupOfTheDevice',
    'StartupOfTheDevice',
  ]);
  const times = told.map(({ payload }) => Date.parse(String(payload.timestamp)));
  expect(times).toEqual([...times].sort((one, other) => one - other));
  expect(new Set(times).size).toBe(3);
});

test('one without an answer is told again, until there is one', async () => {
  const rig = Rig.prepare({ config: secured });
  rig.central.answer('SecurityEventNotification', () => 'silence');
  await rig.powerOn();
  await rig.advance(200_000);
  await boot(rig);
  const [first] = rig.central.calls('SecurityEventNotification');
  const told = () => rig.central.calls('SecurityEventNotification').filter(({ id }) => id === first?.id);
  const before = told().length;
  expect(before).toBeGreaterThan(1);
  rig.central.answer('SecurityEventNotification', () => ({}));
  await rig.advance(200_000);
  expect(told()).toHaveLength(before + 1);
  expect(types(rig)).toEqual(['StartupOfTheDevice', 'StartupOfTheDevice']);
});

test('a central system that does not know the message gets none until the next start, and then all', async () => {
  const rig = Rig.prepare({ config: secured });
  rig.central.answer('SecurityEventNotification', () => ({ callError: 'NotImplemented' }));
  await rig.powerOn();
  await rig.advance(5_000);
  await rig.call('ChangeConfiguration', { key: 'AuthorizationKey', value: 'another-key-of-16' });
  await rig.advance(600_000);
  expect(types(rig)).toEqual(['StartupOfTheDevice']);
  rig.central.answer('SecurityEventNotification', () => ({}));
  await boot(rig);
  // The first of them was told before, under the id that it still has.
  expect(types(rig).slice(1)).toEqual(['ReconfigurationOfSecurityParameters', 'StartupOfTheDevice']);
  expect(rig.central.calls('SecurityEventNotification').filter(({ repeated }) => repeated)).toHaveLength(1);
});

test('a reset and a changed key: each by its name, and no secret', async () => {
  const rig = await start();
  await rig.call('ChangeConfiguration', { key: 'AuthorizationKey', value: 'another-key-of-16' });
  await rig.advance(20_000);
  await rig.call('Reset', { type: 'Soft' });
  await rig.restart();
  await rig.advance(5_000);
  expect(types(rig)).toEqual([
    ...['StartupOfTheDevice', 'ReconfigurationOfSecurityParameters', 'ResetOrReboot', 'StartupOfTheDevice'],
  ]);
  expect(JSON.stringify(rig.central.calls('SecurityEventNotification'))).not.toContain('another-key');
});

test('a clock that the central system sets is told, one that became known is not', async () => {
  const known = Rig.prepare({ config: secured, systemTimeMs: null });
  await known.powerOn();
  await known.advance(60_000);
  expect(types(known)).toEqual(['StartupOfTheDevice']);
  const rig = await start();
  rig.audited = false;
  rig.central.clockErrorMs = 3_600_000;
  await rig.advance(400_000);
  expect(types(rig)).toEqual(['StartupOfTheDevice', 'SettingSystemTime']);
});

test('TC_078_CS Invalid CentralSystemCertificate Security Event: told after the next connection', async () => {
  const rig = await start();
  rig.central.failsWith = 'certificateName';
  rig.central.drop('network down');
  await rig.advance(120_000);
  rig.central.failsWith = undefined;
  await rig.advance(200_000);
  expect(types(rig)).toEqual(['StartupOfTheDevice', 'InvalidCentralSystemCertificate']);
});

test.each([
  ['unauthorised', 'FailedToAuthenticateAtCentralSystem'],
  ['certificateExpired', 'InvalidCentralSystemCertificate'],
  ['certificateWeak', 'InvalidCentralSystemCertificate'],
  ['tlsVersion', 'InvalidTLSVersion'],
  ['tlsSuites', 'InvalidTLSCipherSuite'],
] as const)('a connection that fails as %s is one event in an hour', async (how, type) => {
  const rig = await start();
  rig.central.failsWith = how;
  rig.central.drop('network down');
  await rig.advance(3_000_000);
  expect(kept(rig).filter((one) => one === type)).toHaveLength(1);
  await rig.advance(1_200_000);
  expect(kept(rig).filter((one) => one === type)).toHaveLength(2);
  rig.central.failsWith = undefined;
});

test('frames that are no messages are one event in an hour, whatever they are, and answers to it make no other', async () => {
  const rig = await start();
  for (let n = 0; n < 50; n += 1) await rig.call('ChangeAvailability', { connectorId: 'x' });
  rig.central.answer('SecurityEventNotification', () => ({ callError: 'FormationViolation' }));
  await rig.call('GetConfiguration', { key: 3 });
  await rig.advance(60_000);
  expect(types(rig)).toEqual(['StartupOfTheDevice', 'InvalidMessages']);
});

test('a new release is told once', async () => {
  const rig = Rig.prepare({ config: secured });
  rig.store.durable.set('security/firmware', 'V00.00.01');
  await rig.powerOn();
  await rig.advance(5_000);
  expect(types(rig)).toEqual(['FirmwareUpdated', 'StartupOfTheDevice']);
  await rig.advance(20_000);
  const [told] = rig.central.calls('SecurityEventNotification');
  expect(told?.payload.techInfo).toMatch(/^from V00\.00\.01 to /);
  await boot(rig);
  expect(types(rig).slice(2)).toEqual(['StartupOfTheDevice']);
});

test('the log is bounded, and a power cut does not shorten it', async () => {
  const rig = await start();
  for (let n = 0; n < 5; n += 1) await boot(rig);
  const before = kept(rig).length;
  await boot(rig);
  expect(kept(rig)).toHaveLength(before + 1);
});

describe('at the pages', () => {
  const infos = (rig: Rig, wanted: string): string[] =>
    rig.running.chargePoint.securityEvents().flatMap(({ type, info }) => (type === wanted ? info : []));

  test('log-ins are kept over a power cut, and told to nobody: OCPP has no name for them', async () => {
    const rig = await start({ ...secured, SecurityEventsAlways: 'true' });
    rig.running.chargePoint.pageUsed('LogInAtPages', 'from 192.168.1.10');
    rig.running.chargePoint.pageUsed('FailedLogInAtPages', 'from 192.168.1.66');
    rig.running.chargePoint.pageUsed('LogInsLockedAtPages', 'from 192.168.1.66, for 60 s');
    await rig.advance(60_000);
    await boot(rig);
    expect(kept(rig)).toEqual([
      ...['StartupOfTheDevice', 'LogInAtPages', 'FailedLogInAtPages', 'LogInsLockedAtPages', 'StartupOfTheDevice'],
    ]);
    expect(types(rig)).toEqual(['StartupOfTheDevice', 'StartupOfTheDevice']);
  });

  test('who guesses for a day fills neither the log nor the flash, and the log says how often', async () => {
    const rig = await start();
    const before = rig.store.durable.size;
    for (let minute = 0; minute < 24 * 60; minute += 1) {
      for (let guess = 0; guess < 10; guess += 1) {
        rig.running.chargePoint.pageUsed('FailedLogInAtPages', 'from 192.168.1.66');
        rig.running.chargePoint.pageUsed('LogInsLockedAtPages', 'from 192.168.1.66, for 300 s');
      }
      await rig.advance(60_000);
    }
    // The start, and a hundred of the pages.
    expect(kept(rig)).toHaveLength(101);
    expect(kept(rig)[0]).toBe('StartupOfTheDevice');
    expect(infos(rig, 'FailedLogInAtPages').at(-1)).toBe('from 192.168.1.66; 99 more before were not kept');
    expect(rig.store.durable.size).toBeLessThan(before + 110);
    await boot(rig);
    expect(kept(rig)).toHaveLength(102);
  });

  test('who logs in again and again pushes no failure out', async () => {
    const rig = await start();
    rig.running.chargePoint.pageUsed('FailedLogInAtPages', 'from 192.168.1.66');
    for (let hour = 0; hour < 5; hour += 1) {
      for (let n = 0; n < 100; n += 1) rig.running.chargePoint.pageUsed('LogInAtPages', 'from 192.168.1.10');
      await rig.advance(3_600_000);
    }
    expect(infos(rig, 'LogInAtPages')).toHaveLength(50);
    expect(infos(rig, 'FailedLogInAtPages')).toEqual(['from 192.168.1.66']);
  });

  test('what the central system is to hear of leaves the log to those of the pages as little as they to it', async () => {
    const rig = await start();
    rig.running.chargePoint.pageUsed('LogInAtPages', 'from 192.168.1.10');
    for (let hour = 0; hour < 12; hour += 1) {
      for (let n = 0; n < 60; n += 1) rig.running.chargePoint.securityChanged(`change ${hour}.${n}`);
      await rig.advance(3_600_000);
    }
    expect(kept(rig)).toHaveLength(501);
    expect(infos(rig, 'LogInAtPages')).toHaveLength(1);
    expect(infos(rig, 'ReconfigurationOfSecurityParameters').at(-1)).toBe('change 11.59');
  });

  test.each<[string, (rig: Rig) => Promise<unknown>, string]>([
    [
      'the password',
      (rig) => rig.running.pagePassword.change({ salt: 'c2FsdA==', hash: 'bWFyay1vZi1oYXNo', cost: 16 }),
      'the password of the pages, by a person who has logged in',
    ],
    [
      'the password, reset',
      (rig) => rig.running.pagePassword.reset(),
      'the password of the pages, back to the first one, by a person at the station',
    ],
    [
      'the token for metrics',
      (rig) => rig.running.metricsToken.make(),
      'the token for metrics, made by a person at the station',
    ],
    [
      'the token for metrics, taken away',
      (rig) => rig.running.metricsToken.revoke(),
      'the token for metrics, taken away by a person at the station',
    ],
    [
      'the key of a file server',
      (rig) => rig.running.knownHosts.know('files.example:22', 'ssh-ed25519 SHA256:bWFyaw'),
      'the key of the file server files.example:22, by a person at the station',
    ],
    [
      'the key of a file server, forgotten',
      async (rig) => {
        rig.running.knownHosts.meet('files.example:22', 'ssh-ed25519 SHA256:bWFyaw');
        await rig.running.knownHosts.forget('files.example:22');
      },
      'the key of the file server files.example:22, forgotten by a person at the station',
    ],
  ])('%s: changed by a person, told once, without what it is', async (_what, change, info) => {
    const rig = await start();
    await change(rig);
    await rig.advance(10_000);
    expect(types(rig)).toEqual(['StartupOfTheDevice', 'ReconfigurationOfSecurityParameters']);
    expect(infos(rig, 'ReconfigurationOfSecurityParameters')).toEqual([info]);
    expect(JSON.stringify(rig.central.calls('SecurityEventNotification'))).not.toMatch(/bWFyaw|bWFyay1vZi1oYXNo/);
  });

  test('a factory reset is told in the log of the start that does it', async () => {
    const rig = await start();
    await rig.running.metricsToken.make();
    await rig.running.orderFactoryReset();
    await boot(rig);
    expect(infos(rig, 'ReconfigurationOfSecurityParameters').at(-1)).toBe('all of them, by a factory reset');
    await boot(rig);
    expect(infos(rig, 'ReconfigurationOfSecurityParameters').filter((one) => one.includes('factory'))).toHaveLength(1);
  });
});
