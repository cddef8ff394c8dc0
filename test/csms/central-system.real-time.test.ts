/** The embedded central system, spoken to by a plain WebSocket client. */
import { request } from 'node:http';
import { createServer } from 'node:net';
import { WebSocket } from 'ws';
import { CentralSystem } from '../../src/csms/central-system';
import { encodeCall, encodeError, encodeResult } from '../../src/ocpp/link/frame';
import { check, messages } from '../../src/ocpp/messages';
import { examples } from '../ocpp/messages/examples';
import { until } from '../support/until';

const nowMs = Date.UTC(2026, 4, 4, 8, 0, 0);

let central: CentralSystem;
let url: string;
let events: string[];
let warnings: string[];
const clients: Client[] = [];

beforeEach(async () => {
  events = [];
  warnings = [];
  central = new CentralSystem({
    now: () => nowMs,
    onEvent: (line) => events.push(line),
    log: { info: () => {}, warn: (_fields, message) => warnings.push(message) },
  });
  url = (await central.start()).url;
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.socket.terminate();
  await central.stop();
});

/** A station's end of the wire: nothing in it but frames. */
class Client {
  readonly socket: WebSocket;
  readonly frames: unknown[][] = [];
  private next = 0;

  constructor(path: string, protocols: string[] = ['ocpp1.6']) {
    this.socket = new WebSocket(`${url}${path}`, protocols, { perMessageDeflate: true });
    this.socket.on('error', () => {});
    this.socket.on('message', (data) => {
      this.frames.push(JSON.parse(String(data)) as unknown[]);
    });
    clients.push(this);
  }

  static async open(path: string, protocols?: string[]): Promise<Client> {
    const client = new Client(path, protocols);
    await new Promise((resolve, reject) => client.socket.once('open', resolve).once('error', reject));
    return client;
  }

  /** The next frame that has not been looked at. */
  async frame(): Promise<unknown[]> {
    await until(
      () => this.next < this.frames.length,
      () => `no frame after ${JSON.stringify(this.frames)}`,
    );
    this.next += 1;
    return this.frames[this.next - 1] ?? [];
  }

  async ask(action: string, payload: object, id = 'm1'): Promise<unknown[]> {
    this.socket.send(encodeCall(id, action, payload));
    return this.frame();
  }

  closed(): Promise<number> {
    return new Promise((resolve) => this.socket.once('close', resolve));
  }
}

const start = { connectorId: 1, idTag: '04A1B2C3', meterStart: 1_000, timestamp: '2026-05-04T08:00:00.000Z' };

function transactionIdOf(frame: unknown[]): number {
  return (frame[2] as { transactionId: number }).transactionId;
}

describe('handshake', () => {
  test('takes a station at any path, by its percent-decoded identity, without compression', async () => {
    const client = await Client.open('/deep/er/GREENUP%201%2F%C3%A9?token=x');
    expect(client.socket.protocol).toBe('ocpp1.6');
    expect(client.socket.extensions).toBe('');
    await client.ask('Heartbeat', {});
    expect(central.stations()).toEqual(['GREENUP 1/é']);
    expect(events).toContain('GREENUP 1/é: connected');
  });

  test('listens on this machine only', () => {
    expect(url).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/ocpp$/);
  });

  test('picks ocpp1.6 among several', async () => {
    const client = await Client.open('/A', ['ocpp2.0.1', 'ocpp1.6']);
    expect(client.socket.protocol).toBe('ocpp1.6');
  });

  // J 3.2: "complete the WebSocket handshake with a response without a Sec-WebSocket-Protocol header and then
  // immediately close the WebSocket connection"
  test('closes a connection that offers no subprotocol', async () => {
    const client = new Client('/A', []);
    expect(await client.closed()).toBe(1002);
    expect(central.stations()).toEqual([]);
    expect(warnings).toEqual(['offers no subprotocol ocpp1.6: closed']);
  });

  test('names no subprotocol to a client that offers another one', async () => {
    const client = new Client('/A', ['ocpp2.0.1']);
    const [error] = await new Promise<Error[]>((resolve) => client.socket.once('error', (e) => resolve([e])));
    expect(error?.message).toBe('Server sent no subprotocol');
  });

  test.each([['/'], ['/%E0%A4%A']])('answers 404 to the path %s, which names nobody', async (path) => {
    const client = new Client(path);
    const status = await new Promise((resolve) =>
      client.socket.once('unexpected-response', (_request, response) => resolve(response.statusCode)),
    );
    expect(status).toBe(404);
  });

  test('a station that comes back replaces its old connection', async () => {
    const old = await Client.open('/A');
    const ended = old.closed();
    const fresh = await Client.open('/A');
    await ended;
    expect((await fresh.ask('Heartbeat', {}))[0]).toBe(3);
    expect(central.stations()).toEqual(['A']);
    expect(events).not.toContainEqual(expect.stringContaining('disconnected'));
  });

  test('a station that goes is no longer listed', async () => {
    const client = await Client.open('/A');
    await client.ask('Heartbeat', {});
    client.socket.close(1000);
    await client.closed();
    const other = await Client.open('/B');
    await other.ask('Heartbeat', {});
    expect(central.stations()).toEqual(['B']);
    expect(events).toContain('A: disconnected (code 1000)');
  });
});

describe('answers', () => {
  test('BootNotification: Accepted, an interval of 300 s and the time', async () => {
    const client = await Client.open('/A');
    const boot = { chargePointVendor: 'Legrand', chargePointModel: '059004' };
    expect(await client.ask('BootNotification', boot, 'b')).toEqual([
      3,
      'b',
      { status: 'Accepted', currentTime: '2026-05-04T08:00:00.000Z', interval: 300 },
    ]);
    expect(events).toContain('A: boot of Legrand 059004: Accepted');
  });

  const ofStations = Object.entries(messages).filter(([, { from }]) => from !== 'centralSystem');
  test.each(
    ofStations.map(([action, { response }]) => ({ action, response })),
  )('$action: an answer that fits its schema, and one line about it', async ({ action, response }) => {
    const client = await Client.open('/A');
    const before = events.length;
    const frame = await client.ask(action, examples[action as keyof typeof examples].request);
    expect(frame.slice(0, 2)).toEqual([3, 'm1']);
    expect(check(response, frame[2])).toBeUndefined();
    expect(events.slice(before)).toEqual([expect.stringMatching(/^A: .+/)]);
  });

  test.each([
    ['04A1B2C3', 'Accepted'],
    ['BLOCKED1', 'Blocked'],
    ['expired-card', 'Expired'],
    ['INVALID', 'Invalid'],
    ['NOTBLOCKED', 'Accepted'],
  ])('Authorize %s: %s', async (idTag, status) => {
    const client = await Client.open('/A');
    expect(await client.ask('Authorize', { idTag })).toEqual([3, 'm1', { idTagInfo: { status } }]);
  });

  test('DataTransfer: the vendor is not known', async () => {
    const client = await Client.open('/A');
    expect(await client.ask('DataTransfer', { vendorId: 'x' })).toEqual([3, 'm1', { status: 'UnknownVendorId' }]);
  });
});

describe('bad messages', () => {
  test.each([
    ['an unknown action', encodeCall('m1', 'Fly', {}), [4, 'm1', 'NotImplemented']],
    ['a request of central systems', encodeCall('m1', 'Reset', { type: 'Soft' }), [4, 'm1', 'NotSupported']],
    ['a missing field', encodeCall('m1', 'Authorize', {}), [4, 'm1', 'OccurenceConstraintViolation']],
    ['a field of the wrong type', encodeCall('m1', 'Authorize', { idTag: 1 }), [4, 'm1', 'TypeConstraintViolation']],
    ['a CALL that breaks off', '[2,"m1","Authorize",{', [4, 'm1', 'FormationViolation']],
    ['a CALL without payload', '[2,"m1","Authorize"]', [4, 'm1', 'ProtocolError']],
  ])('%s gets a CALLERROR and a line', async (_name, text, expected) => {
    const client = await Client.open('/A');
    client.socket.send(text);
    expect((await client.frame()).slice(0, 3)).toEqual(expected);
    expect(warnings).toHaveLength(1);
  });

  test.each([
    ['no JSON', 'hello'],
    ['no array', '{}'],
    ['an unknown message type', '[5,"x",{}]'],
    ['an answer nobody waits for', '[3,"x",{}]'],
    ['an error nobody waits for', '[4,"x","GenericError","",{}]'],
    ['very deep nesting', '['.repeat(200_000)],
    ['bytes', Buffer.from([1, 2, 3])],
  ])('%s is survived without an answer', async (_name, message) => {
    const client = await Client.open('/A');
    client.socket.send(message);
    expect((await client.ask('Heartbeat', {}, 'after')).slice(0, 2)).toEqual([3, 'after']);
  });

  test('a message beyond all measure ends that connection only', async () => {
    const other = await Client.open('/B');
    const client = await Client.open('/A');
    client.socket.send('x'.repeat((1 << 20) + 1));
    expect(await client.closed()).toBe(1009);
    expect((await other.ask('Heartbeat', {}))[0]).toBe(3);
  });

  test('words of a station cannot steer a terminal', async () => {
    const client = await Client.open('/A');
    await client.ask('Authorize', { idTag: '\u001b[2J\n' });
    expect(events).toContain('A: card ?[2J?: Accepted');
  });
});

describe('ledger', () => {
  test('a whole transaction', async () => {
    const client = await Client.open('/A');
    const transactionId = transactionIdOf(await client.ask('StartTransaction', start));
    const meterValue = [
      {
        timestamp: '2026-05-04T08:30:00.000Z',
        sampledValue: [
          { value: '2.5', unit: 'kWh' },
          { value: '7400', measurand: 'Power.Active.Import', unit: 'W' },
        ],
      },
    ];
    await client.ask('MeterValues', { connectorId: 1, transactionId, meterValue }, 'm2');
    expect(central.transactions()).toEqual([
      {
        transactionId,
        stationId: 'A',
        connectorId: 1,
        idTag: '04A1B2C3',
        verdict: 'Accepted',
        messageId: 'm1',
        startedAt: start.timestamp,
        meterStartWh: 1_000,
        lastWh: 2_500,
        meterValueCount: 1,
        lastMeterValue: meterValue[0],
        stop: undefined,
      },
    ]);
    const timestamp = '2026-05-04T09:00:00.000Z';
    const stop = { transactionId, meterStop: 4_200, timestamp, idTag: '04A1B2C3' };
    expect(await client.ask('StopTransaction', stop, 'm3')).toEqual([3, 'm3', { idTagInfo: { status: 'Accepted' } }]);
    const [row] = central.transactions();
    expect(row?.lastWh).toBe(4_200);
    expect(row?.stop).toEqual({ at: timestamp, meterWh: 4_200, reason: 'Local', idTag: '04A1B2C3' });
    expect(events.slice(1)).toEqual([
      `A: connector 1: transaction ${transactionId} started by 04A1B2C3 at 1000 Wh: Accepted`,
      `A: connector 1: transaction ${transactionId}: 1.500 kWh so far, 7.400 kW`,
      `A: connector 1: transaction ${transactionId} stopped (Local): 3.200 kWh`,
    ]);
  });

  test('ids grow over all stations and reconnections', async () => {
    const first = await Client.open('/A');
    const a = transactionIdOf(await first.ask('StartTransaction', start, '1'));
    first.socket.close();
    await first.closed();
    const again = await Client.open('/A');
    const b = transactionIdOf(await again.ask('StartTransaction', start, '2'));
    const other = await Client.open('/B');
    const c = transactionIdOf(await other.ask('StartTransaction', start, '2'));
    expect([b, c]).toEqual([a + 1, a + 2]);
    expect(c).toBeLessThan(2 ** 31);
  });

  test('a later central system does not give the ids of an earlier one', async () => {
    const client = await Client.open('/A');
    const before = transactionIdOf(await client.ask('StartTransaction', start));
    const later = new CentralSystem({ now: () => nowMs + 60_000 });
    url = (await later.start()).url;
    const after = transactionIdOf(await (await Client.open('/A')).ask('StartTransaction', start));
    await later.stop();
    expect(after).toBeGreaterThan(before + 1_000);
  });

  test('a start that is repeated with its message id is the same start, also over a new connection', async () => {
    const client = await Client.open('/A');
    const id = transactionIdOf(await client.ask('StartTransaction', start, 'same'));
    const again = await Client.open('/A');
    expect(transactionIdOf(await again.ask('StartTransaction', start, 'same'))).toBe(id);
    expect(central.transactions()).toHaveLength(1);
    expect(events.filter((line) => line.includes('started'))).toHaveLength(1);
  });

  test('a stop that is repeated changes nothing', async () => {
    const client = await Client.open('/A');
    const transactionId = transactionIdOf(await client.ask('StartTransaction', start));
    const stop = { transactionId, meterStop: 2_000, timestamp: '2026-05-04T09:00:00Z', reason: 'Remote' };
    await client.ask('StopTransaction', stop, 's');
    expect((await client.ask('StopTransaction', { ...stop, meterStop: 9_000 }, 's'))[0]).toBe(3);
    expect(central.transactions()[0]?.stop).toMatchObject({ meterWh: 2_000, reason: 'Remote' });
    expect(events.filter((line) => line.includes('stopped'))).toHaveLength(1);
  });

  test('a refused card is told in the answer and in the row', async () => {
    const client = await Client.open('/A');
    const frame = await client.ask('StartTransaction', { ...start, idTag: 'BLOCKED1' });
    expect(frame[2]).toMatchObject({ idTagInfo: { status: 'Blocked' } });
    expect(central.transactions()[0]?.verdict).toBe('Blocked');
  });

  test('a stop or values of a transaction that never started here are answered and make no row', async () => {
    const client = await Client.open('/A');
    const timestamp = '2026-05-04T09:00:00Z';
    expect(await client.ask('StopTransaction', { transactionId: -1, meterStop: 1, timestamp })).toEqual([3, 'm1', {}]);
    const meterValue = [{ timestamp, sampledValue: [{ value: '5' }] }];
    expect((await client.ask('MeterValues', { connectorId: 1, transactionId: 3, meterValue }))[0]).toBe(3);
    expect(central.transactions()).toEqual([]);
  });

  test('values of one station do not touch a transaction of another', async () => {
    const a = await Client.open('/A');
    const transactionId = transactionIdOf(await a.ask('StartTransaction', start));
    const b = await Client.open('/B');
    await b.ask('StopTransaction', { transactionId, meterStop: 9, timestamp: start.timestamp });
    expect(central.transactions()[0]?.stop).toBeUndefined();
  });
});

describe('requests to a station', () => {
  test('go one after the other and resolve with the answer', async () => {
    const client = await Client.open('/A');
    await client.ask('Heartbeat', {});
    const first = central.call('A', 'Reset', { type: 'Soft' });
    const second = central.call('A', 'ClearCache', {});
    const [, id, action, payload] = await client.frame();
    expect([action, payload]).toEqual(['Reset', { type: 'Soft' }]);
    await client.ask('Heartbeat', {});
    expect(client.frames).toHaveLength(3); // two heartbeats and the Reset: ClearCache waits
    client.socket.send(JSON.stringify([3, id, { status: 'Accepted' }]));
    await expect(first).resolves.toEqual({ status: 'Accepted' });
    const [, nextId, nextAction] = await client.frame();
    expect(nextAction).toBe('ClearCache');
    client.socket.send(JSON.stringify([3, nextId, { status: 'Rejected' }]));
    await expect(second).resolves.toEqual({ status: 'Rejected' });
  });

  async function answeredWith(answer: (id: unknown) => string): Promise<unknown> {
    const client = await Client.open('/A');
    await client.ask('Heartbeat', {});
    const called = central.call('A', 'Reset', { type: 'Soft' }).catch((error: unknown) => error);
    const [, id] = await client.frame();
    client.socket.send(answer(id));
    return called;
  }

  test.each([
    ['a CALLERROR', (id: unknown) => JSON.stringify([4, id, 'NotSupported', 'no', {}]), 'answered NotSupported: no'],
    [
      'a broken schema',
      (id: unknown) => JSON.stringify([3, id, { status: 'Maybe' }]),
      'the answer violates its schema',
    ],
    ['broken JSON', (id: unknown) => `[3,${JSON.stringify(id)},{`, 'message is not JSON'],
  ])('fail on %s', async (_name, answer, why) => {
    const error = await answeredWith(answer);
    expect(error).toMatchObject({ code: 'command.invalid', message: expect.stringContaining(why) });
  });

  test('fail when the connection ends, waiting ones too', async () => {
    const client = await Client.open('/A');
    await client.ask('Heartbeat', {});
    const calls = [central.call('A', 'ClearCache', {}), central.call('A', 'ClearCache', {})];
    await client.frame();
    client.socket.terminate();
    const outcomes = await Promise.allSettled(calls);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  test('fail for a station that is not there, naming those that are', async () => {
    await (await Client.open('/A')).ask('Heartbeat', {});
    await expect(central.call('B', 'ClearCache', {})).rejects.toThrow('station "B" is not connected; connected: "A"');
  });

  test('are checked before they leave', async () => {
    const client = await Client.open('/A');
    await client.ask('Heartbeat', {});
    const wrong = { type: 'Warm' } as unknown as { type: 'Soft' };
    await expect(central.call('A', 'Reset', wrong)).rejects.toThrow('type: found "Warm"');
    await expect(central.call('A', 'Heartbeat' as 'ClearCache', {})).rejects.toThrow('no action that central systems');
    await client.ask('Heartbeat', {});
    expect(client.frames).toHaveLength(2);
  });
});

describe('requests that programs of this machine have sent', () => {
  const json = { 'Content-Type': 'application/json' };
  const post = (path: string, body: string, headers: Record<string, string> = json) =>
    new Promise<{ code: number | undefined; said: Record<string, unknown> }>((resolve, reject) => {
      const { port } = new URL(url);
      const asked = request({ host: '127.0.0.1', port, path, method: 'POST', headers }, async (response) => {
        let text = '';
        for await (const piece of response) text += piece;
        resolve({ code: response.statusCode, said: JSON.parse(text) });
      });
      asked.on('error', reject);
      asked.end(body);
    });

  test('reach the station, and its answer comes back', async () => {
    const client = await Client.open('/GREENUP%201');
    await client.ask('Heartbeat', {});
    const update = { location: 'http://127.0.0.1:8000/f.zip', retrieveDate: '2026-01-01T00:00:00Z' };
    const answered = post('/calls/GREENUP%201/UpdateFirmware', JSON.stringify(update));
    const [type, id, action, payload] = await client.frame();
    expect([type, action, payload]).toEqual([2, 'UpdateFirmware', update]);
    client.socket.send(encodeResult(String(id), {}));
    expect(await answered).toEqual({ code: 200, said: {} });
  });

  test('that the station refuses are refused with its words', async () => {
    const client = await Client.open('/A');
    await client.ask('Heartbeat', {});
    const answered = post('/calls/A/ClearCache', '{}');
    const [, id] = await client.frame();
    client.socket.send(encodeError(String(id), 'NotSupported', 'not here'));
    expect(await answered).toEqual({
      code: 409,
      said: { error: 'ClearCache to station "A": answered NotSupported: not here' },
    });
  });

  test.each([
    ['another station', '/calls/B/ClearCache', '{}', json, 409, 'connected: "A"'],
    ['what breaks its schema', '/calls/A/Reset', '{"type":"Warm"}', json, 409, 'type: found "Warm"'],
    ['a message of stations', '/calls/A/Heartbeat', '{}', json, 404, 'valid: CancelReservation, '],
    ['no JSON', '/calls/A/Reset', '{type', json, 400, 'not JSON'],
    ['no object', '/calls/A/Reset', '[]', json, 400, 'must be a JSON object'],
    ['too much', '/calls/A/Reset', 'x'.repeat(5_000_000), json, 413, 'at most 65536 bytes'],
    ['a form', '/calls/A/Reset', '{}', { 'Content-Type': 'text/plain' }, 415, 'application/json'],
    ['a page', '/calls/A/Reset', '{}', { ...json, Origin: 'http://127.0.0.1' }, 403, 'only programs'],
    ['another name', '/calls/A/Reset', '{}', { ...json, Host: 'evil.example' }, 403, 'only programs'],
    ['another path', '/calls', '{}', json, 426, 'POST /calls/STATION/ACTION'],
  ])('%s is refused', async (_what, path, body, headers, code, why) => {
    const client = await Client.open('/A');
    await client.ask('Heartbeat', {});
    expect(await post(path, body, headers)).toEqual({ code, said: { error: expect.stringContaining(why) } });
    expect(client.frames).toHaveLength(1);
  });
});

describe('start and stop', () => {
  test('stop closes connections with code 1001, and the port', async () => {
    const client = await Client.open('/A');
    const code = client.closed();
    await central.stop();
    expect(await code).toBe(1001);
    const late = new Client('/A');
    const error = await new Promise<Error>((resolve) => late.socket.once('error', resolve));
    expect(error.message).toContain('ECONNREFUSED');
  });

  test('stop does not wait for a station that has fallen silent', async () => {
    const client = await Client.open('/A');
    client.socket.pause();
    await central.stop();
    expect(central.stations()).toEqual([]);
  });

  test('a port that is taken is refused by name', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const address = taken.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    await expect(new CentralSystem({ port }).start()).rejects.toMatchObject({
      code: 'config.invalid',
      message: expect.stringContaining(`port ${port}`),
    });
    await new Promise((resolve) => taken.close(resolve));
  });

  test('starting twice is one start', async () => {
    expect((await central.start()).url).toBe(url);
  });
});
