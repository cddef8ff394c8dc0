/** The init file of `greenup bench`: defaults, what goes where, and one clear line for each mistake. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { readInit, readInitFile } from '../../src/simulator/init-file';
import { madeAuthority, madeCertificate } from '../support/made-certificates';

const directory = mkdtempSync(join(tmpdir(), 'greenup-init-'));

function file(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

test('an empty object makes a plain station with one connector', () => {
  const init = readInit({}, 'init');
  expect(init).toMatchObject({ configuration: {}, ca: undefined, dataDirectory: undefined, remarks: [] });
  expect(init.board).toMatchObject({ name: 'plain-1', vendor: 'Legrand' });
});

test('everything goes to its place', () => {
  const init = readInit(
    {
      url: 'ws://h:1/ocpp',
      cp_id: 'CP 1',
      identity: { vendor: 'V', model: 'M', serial: 'S', firmware: 'F' },
      connectors: 2,
      config: { heartbeatinterval: 60, AuthorizationCacheEnabled: true, MeterValuesSampledData: 'Voltage' },
      fixed_cable: [false, true],
      tls: {},
      data_dir: '/tmp/x',
    },
    'init',
  );
  expect(init.configuration).toEqual({
    heartbeatinterval: '60',
    AuthorizationCacheEnabled: 'true',
    MeterValuesSampledData: 'Voltage',
    URL: 'ws://h:1/ocpp',
    UID: 'CP 1',
  });
  expect(init.board).toMatchObject({ vendor: 'V', model: 'M', serialNumber: 'S', firmwareVersion: 'F' });
  expect(init.board.points.map((point) => point.sockets[0]?.tetheredCableA !== undefined)).toEqual([false, true]);
  expect(init.dataDirectory).toBe('/tmp/x');
});

test('a board file may stand for connectors, with another identity', () => {
  const init = readInit({ board: 'board/simulated-double.yaml', identity: { serial: 'S9' }, connectors: 1 }, 'init');
  expect(init.board).toMatchObject({ name: 'simulated-double', serialNumber: 'S9', vendor: 'Legrand' });
  expect(init.remarks).toEqual([expect.stringContaining('not used')]);
});

test('time may run faster, begin at a date, stand still until told; without any of it it is the real one', () => {
  expect(readInit({}, 'init')).toMatchObject({ time: {}, seed: undefined });
  const init = readInit({ speed: 60, step: true, seed: 3, time: '2026-05-04T10:00:00+02:00' }, 'init');
  expect(init.time).toEqual({ speed: 60, stepped: true, systemTimeMs: Date.UTC(2026, 4, 4, 8) });
  expect([init.seed, init.remarks]).toEqual([3, []]);
  expect(readInit({ time: '2026-05-04T08:00:00Z', step: false }, 'init').remarks).toEqual([
    'init: time is not used: without step or speed it is the real one',
  ]);
});

test.each([
  [{ speed: 0 }, 'speed: found 0; must be a number from 1 to 1000'],
  [{ step: 1 }, 'step: found 1; must be true or false'],
  [{ seed: 1.5 }, 'seed: found 1.5'],
  [{ time: '2020-01-01T00:00:00Z' }, 'must be a date and time from 2024 to 2099'],
  [{ time: 'today' }, 'must be a date and time from 2024 to 2099'],
])('%j is refused', (fields, message) => {
  expect(() => readInit(fields, 'init')).toThrow(message);
});

test('unknown names are remarks, not errors', () => {
  const { remarks } = readInit({ internal: { a: 1 }, custom: { b: 2 }, ulr: 'x', tls: { c: 3 } }, 'init');
  expect(remarks).toHaveLength(4);
  expect(remarks.join('\n')).toContain('init: there is no name "ulr"; did you mean url?');
});

test('an address that ends with the identity is a remark', () => {
  const { remarks } = readInit({ url: 'ws://h/ocpp/CP1', cp_id: 'CP1' }, 'init');
  expect(remarks).toEqual([expect.stringMatching(/^init: url: .* was ws:\/\/h\/ocpp meant\?$/)]);
});

const brokenCa = file('broken.pem', '-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n');

test('an authority is read', () => {
  const pem = `${rootCertificates[0]}\n${rootCertificates[1]}\n`;
  expect(readInit({ tls: { csms_ca: file('ca.pem', pem) } }, 'init').ca).toBe(pem);
});

test.each([
  [[], 'must be a JSON object'],
  [{ url: 'http://h' }, 'init: url: "http://h" must be a URL with ws:// or wss://'],
  [{ url: 'ws://u:p@h' }, 'without user, password'],
  [{ cp_id: '' }, 'init: cp_id: found ""'],
  [{ connectors: 3 }, 'init: connectors: found 3; must be 1, 2'],
  [{ config: { A: null } }, 'config.A: found null'],
  [{ fixed_cable: 'yes' }, 'fixed_cable: found "yes"'],
  [{ identity: { vendor: 'x'.repeat(21) } }, '1 to 20 characters'],
  [{ tls: { csms_ca: '/nowhere/ca.pem' } }, 'tls.csms_ca: cannot be read'],
  [{ tls: { csms_ca: 'package.json' } }, 'no certificate in PEM'],
  [{ tls: { csms_ca: brokenCa } }, 'has a certificate that is none'],
  [{ board: 'board/simulated-duoble.yaml' }, 'did you mean simulated-double.yaml?'],
])('%j: %s', (value, message) => {
  expect(() => readInit(value, 'init')).toThrow(message);
});

test('a file that is missing or no JSON is named', () => {
  expect(() => readInitFile('/nowhere/init.json')).toThrow('/nowhere/init.json: cannot be read as JSON');
  const path = file('bad.json', '{');
  expect(() => readInitFile(path)).toThrow(`${path}: cannot be read as JSON`);
});

describe('tls', () => {
  const authority = madeAuthority('Embedded');
  const station = madeCertificate(authority, '260988', { use: 'client', names: [] });

  function folderOf(files: Record<string, string>): string {
    const folder = mkdtempSync(join(tmpdir(), 'greenup-certs-'));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    return folder;
  }
  const steps = (tls: object) => readInit({ tls }, 'init').trust;

  test('mf_ca is installed as whom the station trusts as maker of firmware, each certificate of the file', () => {
    const path = join(folderOf({ 'ca.pem': `${authority.pem}${madeAuthority().pem}` }), 'ca.pem');
    expect(steps({ mf_ca: path })).toEqual([
      {
        place: 'init: tls.mf_ca',
        request: { action: 'addRoot', certificate: authority.pem.trim(), use: 'manufacturer' },
      },
      expect.objectContaining({ place: 'init: tls.mf_ca' }),
    ]);
  });

  test('certs_dir: roots come before what is judged by them', () => {
    const folder = folderOf({
      'revoked.pem': 'LIST',
      'station.pem': station.cert,
      'station.key': station.key,
      'manufacturer.pem': authority.pem,
      'authority.pem': authority.pem,
    });
    expect(steps({ certs_dir: folder }).map(({ request: { action, use } }) => use ?? action)).toEqual([
      'centralSystem',
      'manufacturer',
      'addCertificate',
      'addList',
    ]);
    expect(steps({ certs_dir: folder })[3]?.request.list).toBe(Buffer.from('LIST').toString('base64'));
    expect(steps({ certs_dir: folderOf({ 'authority.pem': authority.pem }) })).toHaveLength(1);
  });

  test.each([
    [{ certs_dir: '/nowhere' }, /^init: tls.certs_dir: \/nowhere has none of its files: authority.pem, /],
    [{ mf_ca: '/nowhere' }, /^init: tls.mf_ca: cannot be read/],
    [{ verify_name: 'no' }, /verify_name: found "no"; must be true or false/],
  ])('%j is refused', (tls, why) => {
    expect(() => steps(tls)).toThrow(why);
  });

  test('a certificate without its key is refused', () => {
    const folder = folderOf({ 'station.pem': station.cert });
    expect(() => steps({ certs_dir: folder })).toThrow(/^init: tls.certs_dir: cannot be read: .*station\.key/);
  });

  test('a name is judged unless it is told otherwise', () => {
    const names = [undefined, true, false].map(
      (verify_name) => readInit({ tls: { verify_name } }, 'init').takesAnyName,
    );
    expect(names).toEqual([false, false, true]);
  });
});
