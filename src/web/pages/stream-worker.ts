/** One stream for all tabs of a browser, which allows six connections to a station: it is open while one of them is shown. */
import { type Heard, Stream } from './stream';
import { pathOfWorker, type TabWish } from './tab-wish';

/** A tab that was closed without a word has said nothing for so long, in ms. */
const silentMaxMs = 30_000;
const lookMs = 10_000;

/** Of each tab that is shown: when it last said so. */
const shown = new Map<MessagePort, number>();

function tellAll(heard: Heard<unknown>): void {
  for (const port of shown.keys()) port.postMessage(heard);
}

const stream = new Stream<unknown>(pathOfWorker((globalThis as { name?: string }).name ?? ''), tellAll);

function take(port: MessagePort, wish: TabWish): void {
  if (wish === 'show') show(port);
  else shown.delete(port);
  if (wish === 'forget') {
    stream.forget();
    // The others had the same session.
    tellAll({ kind: 'ended' });
  }
  closeUnseen();
}

function show(port: MessagePort): void {
  const isNew = !shown.has(port);
  shown.set(port, Date.now());
  // Before the stream tells what is new, the tab knows what was heard already.
  if (isNew && stream.isOpen && stream.view !== undefined) port.postMessage({ kind: 'view', view: stream.view });
  stream.open();
}

function closeUnseen(): void {
  if (shown.size === 0) stream.close();
}

addEventListener('connect', (event) => {
  const port = (event as MessageEvent).ports[0];
  if (!port) return;
  port.onmessage = ({ data }: MessageEvent<TabWish>) => take(port, data);
});

setInterval(() => {
  for (const [port, saidAt] of shown) if (Date.now() - saidAt > silentMaxMs) shown.delete(port);
  closeUnseen();
}, lookMs);
