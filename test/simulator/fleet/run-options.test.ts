/** What a fleet's options come to before anything starts: directories of shards, passwords, keys, and what cannot be. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keyText } from '../../../src/hal/x509/certificate-maker';
import { type FleetRunOptions, planOf } from '../../../src/simulator/fleet/run-options';
import { madeAuthority, madeCertificate } from '../../support/made-certificates';

const usual: FleetRunOptions = {
  stations: 100,
  csms: 'ws://central.test/ocpp',
  id: 'CP{001}',
  config: [],
  seed: 1,
  rampMs: 0,
  opening: 10,
  state: 'state',
  report: 'report',
  json: false,
  anyway: false,
};

test('one process has all stations, and the directories as they were given', () => {
  const plan = planOf(usual, {});
  expect(plan).toMatchObject({ stations: { first: 1, last: 100 }, state: 'state', report: 'report' });
  expect(plan.board.name).toBe('simulated-single-t2s');
  expect(plan.identityOf(100)).toBe('CP100');
  expect(plan.configurationOf(1)).toEqual({});
});

test('a shard has its part of them, by their global indices, and directories of its own', () => {
  const plan = planOf({ ...usual, shards: 8 }, { JOB_COMPLETION_INDEX: '2' });
  expect(plan.stations).toEqual({ first: 26, last: 37 });
  expect(plan.state).toBe(join('state', 'shard-3-of-8'));
  expect(plan.report).toBe(join('report', 'shard-3-of-8'));
  expect(planOf({ ...usual, report: undefined, shard: '2/2' }, {}).report).toBeUndefined();
});

test('keys of a first start are those of the table, in the form in which it keeps them', () => {
  const config = ['MeterValueSampleInterval=10', 'allowofflinetxforunknownid=TRUE'];
  expect(planOf({ ...usual, config }, {}).configurationOf(5)).toEqual({
    MeterValueSampleInterval: '10',
    AllowOfflineTxForUnknownId: 'true',
  });
});

test.each([
  ['ws://central.test', '1'],
  ['wss://central.test', '2'],
])('with passwords they come to %s by security profile %s, each with its own', (csms, profile) => {
  const passwordFile = join(mkdtempSync(join(tmpdir(), 'fleet-')), 'passwords');
  writeFileSync(passwordFile, Array.from({ length: 100 }, (_, index) => `password-of-${1_000 + index}\n`).join(''));
  const plan = planOf({ ...usual, csms, passwordFile, config: ['HeartbeatInterval=60'], shard: '2/2' }, {});
  expect(plan.configurationOf(51)).toEqual({
    HeartbeatInterval: '60',
    AuthorizationKey: 'password-of-1050',
    SecurityProfile: profile,
  });
});

describe('with certificates', () => {
  function folder(): string {
    const directory = mkdtempSync(join(tmpdir(), 'fleet-'));
    const { pem, issuer } = madeAuthority();
    writeFileSync(join(directory, 'authority.pem'), pem);
    writeFileSync(join(directory, 'authority.key'), keyText(issuer.key));
    return directory;
  }
  const csms = 'wss://central.test';

  test('they come by security profile 3, without a password', () => {
    const certificates = folder();
    const plan = planOf({ ...usual, csms, certificates, config: ['SecurityProfile=1', 'CpoName=Operator'] }, {});
    expect(plan.configurationOf(7)).toEqual({ CpoName: 'Operator', SecurityProfile: '3' });
    expect(plan.certificates?.memberOf('CP007').provided().chain).toMatch(/BEGIN CERTIFICATE/);
    expect(planOf({ ...usual, csms }, {}).certificates).toBeUndefined();
  });

  test('an authority of --csms-ca is one to which certificates may lead', () => {
    const certificates = mkdtempSync(join(tmpdir(), 'fleet-'));
    const authority = madeAuthority();
    const csmsCa = join(certificates, 'ca.pem');
    writeFileSync(csmsCa, authority.pem);
    const { cert, key } = madeCertificate(authority, 'CP001', { use: 'client', names: [] });
    writeFileSync(join(certificates, 'CP001.pem'), cert);
    writeFileSync(join(certificates, 'CP001.key'), key);
    const plan = planOf({ ...usual, stations: 1, csms, certificates, csmsCa }, {});
    expect(plan.ca).toBe(authority.pem);
    expect(plan.certificates?.memberOf('CP001').provided().key).toBe(key);
  });

  test.each([
    ['without TLS', { csms: 'ws://central.test' }, /--certificates: is for wss:\/\/ alone, and --csms is ws:/],
    ['with passwords', { csms, passwordFile: 'passwords' }, /--certificates and --password-file: valid is one of them/],
  ])('%s they are refused', (_, wrong, message) => {
    expect(() => planOf({ ...usual, ...wrong, certificates: folder() }, {})).toThrow(message);
  });
});

test.each([
  ['more shards than stations', { stations: 2, shard: '1/3' }, /shard 1\/3 of 2 stations has none/],
  ['the board of a rig', { board: 'board/pi-bench-double.yaml' }, /--board .*: is that of a rig/],
  ['an address for a browser', { csms: 'http://central.test' }, /--csms: .*was ws:\/\/central\.test meant/],
  ['a key that there is not', { config: ['HeartBeat=1'] }, /--config HeartBeat=1: there is no key HeartBeat/],
  ['a value that does not fit', { config: ['MeterValueSampleInterval=1'] }, /MeterValueSampleInterval: "1" must be/],
  ['a key without a value', { config: ['HeartbeatInterval'] }, /valid is KEY=VALUE/],
  ['a value without a key', { config: ['=1'] }, /valid is KEY=VALUE/],
])('%s is refused', (_, wrong, message) => {
  expect(() => planOf({ ...usual, ...wrong }, {})).toThrow(message);
});
