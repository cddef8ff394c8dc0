/** The link knows no message: a protocol of this test's own, with one action each way, works over all of it. */
import { VirtualClock } from '../../../src/drivers/clock/virtual-clock';
import { Connection } from '../../../src/ocpp/link/connection';
import type { CentralSystemEndpoint } from '../../../src/ocpp/link/endpoint';
import type { Protocol } from '../../../src/ocpp/link/protocol';
import { Rpc } from '../../../src/ocpp/link/rpc';
import { Sender } from '../../../src/ocpp/link/sender';
import type { LinkEvents } from '../../../src/ocpp/link/transport';

type Sent = { Knock: { request: { times: number }; response: { heard: boolean } } };
type Received = { Open: { request: { door: string }; response: { open: boolean } } };

const flaw = (wrong: boolean) => (wrong ? { code: 'Improper', message: 'that is not how one knocks' } : undefined);

const doors: Protocol<Sent, Received> = {
  name: 'Doors 3',
  subprotocol: 'doors3',
  errorCodes: {
    unknownAction: 'NeverHeardOf',
    unsupportedAction: 'NotHere',
    incomplete: 'Unfinished',
    malformed: 'Mumbled',
    internal: 'MyFault',
    generic: 'Somehow',
  },
  isAction: (name) => ['Knock', 'Open'].includes(name),
  isReceived: (name): name is 'Open' => name === 'Open',
  checkRequest: (_action, payload) => flaw(!('times' in payload)),
  checkResponse: (_action, payload) => flaw(!('open' in payload)),
  readRequest: (_action, payload) => ({ payload, notes: [], violation: flaw(!('door' in payload)) }),
  refusal: () => undefined,
  readResponse: (_action, payload) => ({ payload, notes: [], violation: flaw(!('heard' in payload)) }),
};

function bench() {
  const clock = new VirtualClock();
  const asked: { endpoint: CentralSystemEndpoint; subprotocol: string }[] = [];
  const sent: unknown[] = [];
  let peer: LinkEvents | undefined;
  const source = {
    linkUp: () => {},
    next: () => undefined,
    dueAt: () => undefined,
    backlog: () => 0,
    settling: () => undefined,
    late: () => undefined,
  };
  let ids = 0;
  const nextId = () => String(++ids);
  const sender = new Sender<Sent>(
    clock,
    nextId,
    () => ids,
    source,
    () => {},
  );
  const connection = new Connection({
    clock,
    transport: {
      connect: (endpoint, subprotocol, events) => {
        asked.push({ endpoint, subprotocol });
        peer = events;
        return {
          send: (text) => sent.push(JSON.parse(text)),
          ping: () => {},
          pause: () => {},
          resume: () => {},
          unsentBytes: () => 0,
          close: () => {},
          terminate: () => {},
        };
      },
    },
    random: () => 0,
    subprotocol: doors.subprotocol,
    endpoint: () => ({ url: 'ws://house.test', identity: 'guest', security: { profile: 0 } }),
    reconnectMs: () => 1_000,
    pingMs: () => 0,
    onOpen: () => sender.linkUp(rpc),
    onMessage: (data) => rpc.receive(data),
    onClose: () => sender.linkDown(),
  });
  const rpc = new Rpc({
    protocol: doors,
    link: { send: (text) => connection.send(text) },
    clock,
    ownViolations: 'report',
  });
  rpc.onCall(async (action, { door }) => ({ result: { open: action === 'Open' && door === 'front' } }));
  connection.start();
  peer?.open();
  sender.setGate('open');
  const receive = async (text: string) => {
    peer?.message(text);
    await clock.advance(0);
    return sent.at(-1);
  };
  return { asked, sent, sender, receive };
}

test('the handshake offers the name of the protocol, and gets the endpoint as a whole', () => {
  expect(bench().asked).toEqual([
    { endpoint: { url: 'ws://house.test', identity: 'guest', security: { profile: 0 } }, subprotocol: 'doors3' },
  ]);
});

test('requests leave and their responses come back, each held against the protocol', async () => {
  const { sender, sent, receive } = bench();
  const heard = sender.send('Knock', 'ordered', () => ({ times: 3 }), 1_000);
  expect(sent).toEqual([[2, '1', 'Knock', { times: 3 }]]);
  await receive('[3,"1",{"heard":true}]');
  expect(await heard).toEqual({ kind: 'result', payload: { heard: true } });
  const nonsense = sender.send('Knock', 'ordered', () => ({ times: 1 }), 1_000);
  await receive('[3,"2",{}]');
  expect(await nonsense).toMatchObject({ kind: 'malformed', violation: { code: 'Improper' } });
  const mumbled = sender.send('Knock', 'ordered', () => ({ times: 1 }), 1_000);
  await receive('[3,"3",7]');
  expect(await mumbled).toMatchObject({ kind: 'malformed', violation: { code: 'Mumbled' } });
});

test.each([
  ['[2,"a","Open",{"door":"front"}]', [3, 'a', { open: true }]],
  ['[2,"a","Open",{}]', [4, 'a', 'Improper', 'that is not how one knocks', {}]],
  ['[2,"a","Knock",{"times":1}]', [4, 'a', 'NotHere', expect.any(String), {}]],
  ['[2,"a","Sing",{}]', [4, 'a', 'NeverHeardOf', 'the action is not in Doors 3', {}]],
  ['[2,"a","Open"]', [4, 'a', 'Unfinished', expect.any(String), {}]],
  ['[2,"a","Open",', [4, 'a', 'Mumbled', expect.any(String), {}]],
])('%s is answered in the words of the protocol', async (text, answer) => {
  const { receive } = bench();
  expect(await receive(text)).toEqual(answer);
});
