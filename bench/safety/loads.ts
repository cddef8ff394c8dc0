/** What keeps the main thread from its work, each until it is told to stop. */
import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { WebSocket } from 'ws';
import { parseFrame } from '../../src/ocpp/link/frame';
import { check, isAction, messages } from '../../src/ocpp/messages';
import { ocpp16 } from '../../src/ocpp/messages/protocol';

/** `bus` keeps no thread of the station from its work, but the one that uses the bus of the first four outlets. */
export const loads = ['idle', 'frames', 'disk', 'heap', 'bus'] as const;
export type LoadName = (typeof loads)[number];

export interface Load {
  stop(): void;
}

/** Does `work` again and again, with a turn of the event loop in between. */
function again(work: () => void): Load {
  let running = true;
  const turn = (): void => {
    if (!running) return;
    work();
    setImmediate(turn);
  };
  turn();
  return {
    stop: () => {
      running = false;
    },
  };
}

/** CALLs as they come from a central system, as fast as they are taken: read, checked and answered. */
function frames(threadFile: string): Promise<Load> {
  const server = new Worker(threadFile);
  const answer = (socket: WebSocket, text: string): void => {
    const frame = parseFrame(text, ocpp16.errorCodes);
    if (frame.kind !== 'call' || !isAction(frame.action)) throw new Error('the flood is not what it should be');
    const violation = check(messages[frame.action].request, frame.payload);
    if (violation) throw new Error(violation.message);
    socket.send(JSON.stringify([3, frame.id, { status: 'Accepted' }]));
  };
  return new Promise((resolve) => {
    server.on('message', (port: number) => {
      const socket = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate: false });
      socket.on('message', (data) => answer(socket, String(data)));
      socket.on('open', () => {
        const stop = (): void => {
          socket.terminate();
          void server.terminate();
        };
        resolve({ stop });
      });
    });
  });
}

const flushed = 1 << 20;
/** A memory card may take this long for a flush, in ms; a good disk is slowed down to it. */
const stallMs = 100;
/** Time from one stall to the next, in ms: this on average, and with no memory, so that nothing falls into step with it. */
const betweenMeanMs = 500;

/** A megabyte and its flush, over and over in one file, during which nothing else runs on the main thread. */
function disk(directory: string): Load {
  const file = openSync(join(directory, 'stall'), 'w');
  const bytes = Buffer.alloc(flushed, 7);
  const nobody = new Int32Array(new SharedArrayBuffer(4));
  let timer: NodeJS.Timeout;
  const later = (): void => {
    timer = setTimeout(stall, -Math.log(1 - Math.random()) * betweenMeanMs);
  };
  const stall = (): void => {
    const end = performance.now() + stallMs;
    writeSync(file, bytes, 0, flushed, 0);
    fdatasyncSync(file);
    Atomics.wait(nobody, 0, 0, Math.max(0, end - performance.now()));
    later();
  };
  later();
  return {
    stop: () => {
      clearTimeout(timer);
      closeSync(file);
    },
  };
}

/** Objects kept, and how many are replaced in each turn. */
const kept = 1_000_000;
const replaced = 20_000;

function heap(): Load {
  const objects: object[] = [];
  let place = 0;
  return again(() => {
    for (let count = 0; count < replaced; count += 1) {
      objects[place] = { place, text: `object ${place}`, values: [place, count], next: objects[place >> 1] && {} };
      place = (place + 1) % kept;
    }
  });
}

export async function startLoad(name: LoadName, directory: string, floodThread: string): Promise<Load> {
  switch (name) {
    case 'idle':
    case 'bus':
      return { stop: () => {} };
    case 'frames':
      return frames(floodThread);
    case 'disk':
      return disk(directory);
    case 'heap':
      return heap();
  }
}
