/** How this tab hears of the station: by the stream of all tabs, or one of its own where the browser has no shared workers. */
import { type Heard, Stream } from './stream';
import { type TabWish, workerFor } from './tab-wish';

/** A tab that is shown says so at least this often, in ms. */
const sayMs = 10_000;

export interface LiveListening {
  start(): void;
  stop(): void;
}

/** A page that is hidden lets go, and goes on when it is shown again. */
export function listening<View>(path: string, tell: (heard: Heard<View>) => void): LiveListening {
  let wish: ((wish: TabWish) => void) | undefined;
  let isWanted = false;
  const say = (): void => {
    if (isWanted) wish?.(document.visibilityState === 'hidden' ? 'hide' : 'show');
  };
  document.addEventListener('visibilitychange', say);
  addEventListener('pagehide', () => wish?.('hide'));
  addEventListener('pageshow', say);
  setInterval(say, sayMs);
  return {
    start: () => {
      wish ??= 'SharedWorker' in globalThis ? sharedStream(path, tell) : ownStream(path, tell);
      isWanted = true;
      say();
    },
    stop: () => {
      isWanted = false;
      wish?.('forget');
    },
  };
}

/** Where the worker cannot be loaded, as in a browser that knows no modules in it, this tab goes on by itself. */
function sharedStream<View>(path: string, tell: (heard: Heard<View>) => void): (wish: TabWish) => void {
  const worker = new SharedWorker('/stream.js', { name: workerFor(path), type: 'module' });
  let own: ((wish: TabWish) => void) | undefined;
  let last: TabWish = 'hide';
  worker.port.onmessage = ({ data }: MessageEvent<Heard<View>>) => tell(data);
  worker.onerror = () => {
    own ??= ownStream(path, tell);
    own(last);
  };
  return (wish) => {
    last = wish;
    if (own) own(wish);
    else worker.port.postMessage(wish);
  };
}

function ownStream<View>(path: string, tell: (heard: Heard<View>) => void): (wish: TabWish) => void {
  const stream = new Stream(path, tell);
  return (wish) => {
    if (wish === 'show') stream.open();
    else if (wish === 'hide') stream.close();
    else stream.forget();
  };
}
