/** Whoever watches a link changes nothing of it: each thing that is done to it, or that it tells, comes through as it is. */
import type { LinkEvents, Transport, TransportLink } from '../../../src/ocpp/link/transport';
import { type LinkWatcher, WatchedTransport } from '../../../src/ocpp/link/watched-transport';

const endpoint = { url: 'ws://central.test', identity: 'A', security: { profile: 0 } } as const;
const watcher: LinkWatcher = { opened: () => {}, closed: () => {}, frame: () => {} };

function watched(): { link: TransportLink; done: unknown[][]; inner: LinkEvents; told: unknown[][] } {
  const done: unknown[][] = [];
  const told: unknown[][] = [];
  let inner: LinkEvents | undefined;
  const transport: Transport = {
    connect: (_endpoint, _subprotocol, events) => {
      inner = events;
      return {
        send: (...given) => void done.push(['send', ...given]),
        ping: (...given) => void done.push(['ping', ...given]),
        pause: (...given) => void done.push(['pause', ...given]),
        resume: (...given) => void done.push(['resume', ...given]),
        unsentBytes: () => 7,
        close: (...given) => void done.push(['close', ...given]),
        terminate: (...given) => void done.push(['terminate', ...given]),
      };
    },
  };
  const link = new WatchedTransport(transport, watcher).connect(endpoint, 'ocpp1.6', {
    open: (...given) => void told.push(['open', ...given]),
    message: (...given) => void told.push(['message', ...given]),
    pong: (...given) => void told.push(['pong', ...given]),
    drained: (...given) => void told.push(['drained', ...given]),
    close: (...given) => void told.push(['close', ...given]),
  });
  if (!inner) throw new Error('nothing was connected');
  return { link, done, inner, told };
}

test('what is done to the link, with the code of its end', () => {
  const { link, done } = watched();
  link.send('text');
  link.ping();
  link.pause();
  link.resume();
  link.close(1003);
  link.terminate();
  expect(done).toEqual([['send', 'text'], ['ping'], ['pause'], ['resume'], ['close', 1003], ['terminate']]);
  expect(link.unsentBytes()).toBe(7);
});

test('what the link tells', () => {
  const { inner, told } = watched();
  const bytes = Uint8Array.of(1);
  inner.open();
  inner.message('text');
  inner.message(bytes);
  inner.pong();
  inner.drained();
  inner.close('gone');
  expect(told).toEqual([['open'], ['message', 'text'], ['message', bytes], ['pong'], ['drained'], ['close', 'gone']]);
});
