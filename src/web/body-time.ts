/** How long a request may take to come whole: whoever sends it slower is cut off. */
import type { IncomingMessage } from 'node:http';

const deadlines = new WeakMap<IncomingMessage, (ms: number) => void>();

/** From now on a request may take so long, in ms, to come whole: what it sends is large. */
export function giveTime(request: IncomingMessage, ms: number): void {
  deadlines.get(request)?.(ms);
}

/** A request that does not come whole in time is cut off; in ms. */
export function boundBody(request: IncomingMessage, bodyMaxMs: number): void {
  let timeout: NodeJS.Timeout | undefined;
  const end = (): void => clearTimeout(timeout);
  const within = (ms: number): void => {
    end();
    timeout = setTimeout(() => request.socket.destroy(), ms);
    timeout.unref();
  };
  within(bodyMaxMs);
  deadlines.set(request, within);
  request.once('end', end).once('close', end);
}
