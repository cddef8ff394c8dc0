/** How this tab hears of the station: by the stream of all tabs, or one of its own where the browser has no shared workers. */
import { type Heard, Stream } from './stream';
import { type TabWish, workerName } from './tab-wish';

/** A tab that is shown says so at least this often, in ms. */
const sayMs = 10_000;

export interface Listening {
  start(): void;
  stop(): void;
}

/** A page that is hidden lets go, and goes on when it is shown again. */
export function listening(tell: (heard: Heard) => void): Listening {
  const wish = 'SharedWorker' in globalThis ? sharedStream(tell) : ownStream(tell);
  let isWanted = false;
  const say = (): void => {
    if (isWanted) wish(document.visibilityState === 'hidden' ? 'hide' : 'show');
  };
  document.addEventListener('visibilitychange', say);
  addEventListener('pagehide', () => wish('hide'));
  addEventListener('pageshow', say);
  setInterval(say, sayMs);
  return {
    start: () => {
      isWanted = true;
      say();
    },
    stop: () => {
      isWanted = false;
      wish('forget');
    },
  };
}

/** Where the worker cannot be loaded, as in a browser that knows no modules in it, this tab goes on by itself. */
function sharedStream(tell: (heard: Heard) => void): (wish: TabWish) => void {
  const worker = new SharedWorker('/stream.js', { name: workerName, type: 'module' });
  let own: ((wish: TabWish) => void) | undefined;
  let last: TabWish = 'hide';
  worker.port.onmessage = ({ data }: MessageEvent<Heard>) => tell(data);
  worker.onerror = () => {
    own ??= ownStream(tell);
    own(last);
  };
  return (wish) => {
    last = wish;
    if (own) own(wish);
    else worker.port.postMessage(wish);
  };
}

function ownStream(tell: (heard: Heard) => void): (wish: TabWish) => void {
  const stream = new Stream(tell);
  return (wish) => {
    if (wish === 'show') stream.open();
    else if (wish === 'hide') stream.close();
    else stream.forget();
  };
}
