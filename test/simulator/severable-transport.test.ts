/** The way to the central system that ends with the power of a station. */
import type { LinkEvents, Transport, TransportLink } from '../../src/ocpp/link/transport';
import { noLink } from '../../src/ocpp/link/transport';
import { SeverableTransport } from '../../src/simulator/severable-transport';

const endpoint = { url: 'ws://central.test', identity: 'A', security: { profile: 0 as const } };

function severable() {
  const terminated = jest.fn();
  const made: LinkEvents[] = [];
  const inner: Transport = {
    connect: (_endpoint, _protocol, events): TransportLink => {
      made.push(events);
      return { ...noLink, terminate: () => terminated(made.indexOf(events)) };
    },
  };
  return { transport: new SeverableTransport(inner), made, terminated };
}

function listener() {
  const heard: string[] = [];
  const events: LinkEvents = {
    open: () => heard.push('open'),
    message: (data) => heard.push(`message ${String(data)}`),
    pong: () => heard.push('pong'),
    drained: () => heard.push('drained'),
    close: (reason) => heard.push(`close ${reason}`),
  };
  return { heard, events };
}

function tellAll(events: LinkEvents | undefined): void {
  events?.open();
  events?.message('text');
  events?.pong();
  events?.drained();
  events?.close('over', 'closed');
}

test('what a link tells arrives as it is', () => {
  const { transport, made } = severable();
  const { heard, events } = listener();
  transport.connect(endpoint, 'ocpp1.6', events);
  tellAll(made[0]);
  expect(heard).toEqual(['open', 'message text', 'pong', 'drained', 'close over']);
});

test('severed, it ends the links that are there without a word, and makes no other', () => {
  const { transport, made, terminated } = severable();
  const { heard, events } = listener();
  transport.connect(endpoint, 'ocpp1.6', events);
  made[0]?.close('over', 'closed');
  heard.length = 0;
  transport.connect(endpoint, 'ocpp1.6', events);
  transport.sever();
  // The first was over already.
  expect(terminated.mock.calls).toEqual([[1]]);
  tellAll(made[1]);
  expect(heard).toEqual([]);
  expect(transport.connect(endpoint, 'ocpp1.6', events)).toBe(noLink);
  expect(made).toHaveLength(2);
});
