/** The options of `greenup run`: read without commander where nothing needs explaining, and passed on to children. */
import { plainRunArguments, runDefaults } from '../../src/cli/run-arguments';
import { type RunOptions, runArguments } from '../../src/simulator/run-options';

test('nothing gives the defaults', () => {
  expect(plainRunArguments([])).toEqual(runDefaults);
});

test('every option is read', () => {
  const line =
    '--board b.yaml --csms=ws://h/ocpp --csms-ca ca.pem --id X --flashed 3 --state d --speed 2.5 --step --seed 7 --port 0 --web-port 1 --web-redirect 2 --web-host h --no-web --web-tls self --web-cert c.pem --web-key k.pem --firmware signed --update-keys k --wire legrand --json --frames --cards --supervised host --repowered';
  expect(plainRunArguments(line.split(' '))).toEqual({
    board: 'b.yaml',
    csms: 'ws://h/ocpp',
    csmsCa: 'ca.pem',
    id: 'X',
    flashed: 3,
    state: 'd',
    speed: 2.5,
    step: true,
    seed: 7,
    port: 0,
    webPort: 1,
    webRedirect: 2,
    webHost: 'h',
    noWeb: true,
    webTls: 'self',
    webCert: 'c.pem',
    webKey: 'k.pem',
    firmware: 'signed',
    updateKeys: 'k',
    wire: 'legrand',
    json: true,
    frames: true,
    cards: true,
    supervised: 'host',
    repowered: true,
  });
});

test.each([
  '--help',
  '--sped 3',
  '--speed',
  '--speed 0',
  '--speed x',
  '--port 70000',
  '--web-port 70000',
  '--web-redirect 70000',
  '--web-redirect no',
  '--web-tls yes',
  '--seed 1.5',
  'extra',
  '--flashed -1',
  '--supervised me',
  '--wire french',
  '--firmware none',
])('%s is left to commander', (line) => {
  expect(plainRunArguments(line.split(' '))).toBeUndefined();
});

test('a child is told everything', () => {
  const options: RunOptions = {
    ...runDefaults,
    csms: 'ws://h/ocpp',
    csmsCa: 'ca.pem',
    id: 'X',
    flashed: 4,
    board: 'b.yaml',
    seed: 3,
    webPort: 2,
    webRedirect: 'none',
    webHost: 'h',
    noWeb: true,
    webTls: 'self',
    webCert: 'c.pem',
    webKey: 'k.pem',
    firmware: 'signed',
    updateKeys: 'k',
    step: true,
    json: true,
    frames: true,
    cards: true,
    supervised: 'mains',
    repowered: true,
  };
  const [command, ...words] = runArguments(options);
  expect(command).toBe('run');
  expect(plainRunArguments(words)).toEqual(options);
});
