/** How long what follows the head of a request may take to come: as its door says, or longer where a row takes a file. */
import type { IncomingMessage } from 'node:http';

const deadlines = new WeakMap<IncomingMessage, (ms: number) => void>();

/** From now on a request may take so long, in ms, to come whole: what it sends is large. */
export function giveTime(request: IncomingMessage, ms: number): void {
  deadlines.get(request)?.(ms);
}

/** Cuts a request that has not come whole in time. */
export function boundBody(request: IncomingMessage, bodyMaxMs: number): void {
  let timeout: NodeJS.Timeout | undefined;
  const end = (): void => clearTimeout(timeout);
  const within = (ms: number): void => {
    end();
    // One that has come whole may wait for its answer, and for who reads it.
    timeout = setTimeout(() => {
      if (!request.complete) request.socket.destroy();
    }, ms);
    timeout.unref();
  };
  within(bodyMaxMs);
  deadlines.set(request, within);
  request.once('close', end);
}
