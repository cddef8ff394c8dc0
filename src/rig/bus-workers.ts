/** Starts the threads of buses out of the safety thread, and lets it wait for their answers. */
import { join } from 'node:path';
import { MessageChannel, receiveMessageOnPort, Worker, type WorkerOptions } from 'node:worker_threads';
import type { BusThread } from '../drivers/pi/bus/bus-link';
import type { BusAnswer, FromBus } from '../drivers/pi/bus/bus-messages';
import type { RigHardware } from '../hal/wiring';
import type { BusThreadData } from './bus-thread';

export interface BusWorkerStart {
  bus: string;
  hardware: RigHardware;
  origin: bigint;
}

export function startBusThread(start: BusWorkerStart): BusThread {
  return threadOf((options) => new Worker(join(__dirname, 'bus-thread.js'), options), start);
}

/** `make` starts the worker with these options. */
export function threadOf<S extends object>(make: (options: WorkerOptions) => Worker, start: S): BusThread {
  const { port1: answers, port2 } = new MessageChannel();
  const shared = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const bell = new Int32Array(shared);
  const workerData: S & Pick<BusThreadData, 'answers' | 'bell'> = { ...start, answers: port2, bell: shared };
  const worker = make({ workerData, transferList: [port2] });
  let ending = false;
  return {
    postMessage: (message) => worker.postMessage(message),
    onMessage: (listener) => {
      worker.on('message', (message: FromBus) => listener(message));
    },
    onEnd: (listener) => {
      const end = (reason: string): void => {
        if (!ending) listener(reason);
        ending = true;
      };
      worker.on('error', (error) => end(error.message));
      worker.on('exit', (code) => end(`code ${code}`));
    },
    answer: (withinMs) => {
      const until = performance.now() + withinMs;
      for (;;) {
        const rung = Atomics.load(bell, 0);
        const received = receiveMessageOnPort(answers) as { message: BusAnswer } | undefined;
        if (received) return received.message;
        const leftMs = until - performance.now();
        if (leftMs <= 0) return undefined;
        Atomics.wait(bell, 0, rung, leftMs);
      }
    },
    terminate: () => {
      ending = true;
      answers.close();
      void worker.terminate();
    },
  };
}
