/** Lets each card reader believe that it has a worker of its own, while all of them share one. */
import type { CardWorker } from '../drivers/pi/card/thread-card-reader';
import type { FromCards, ToCards } from './card-thread';

export class SharedCardWorker {
  private worker: CardWorker | undefined;

  /** `start` makes the one thread that serves all readers. */
  constructor(private readonly start: () => CardWorker) {}

  /** The worker of the reader at this place; a thread that has died is replaced by a new one for all. */
  for(reader: number): CardWorker {
    const worker = this.present();
    return {
      postMessage: (message) => worker.postMessage({ reader, message } satisfies ToCards),
      // The thread ends when its last reader has been closed.
      terminate: async () => {},
      on: (event: 'message' | 'error' | 'exit', listener: (value: never) => void) => {
        if (event === 'error') worker.on(event, listener as (error: unknown) => void);
        else if (event === 'exit') worker.on(event, listener as (code: number) => void);
        else {
          worker.on(event, (value) => {
            const { reader: from, message } = value as FromCards;
            if (from === reader) listener(message as never);
          });
        }
      },
    };
  }

  /** Ends the thread by force. */
  async end(): Promise<void> {
    await this.worker?.terminate();
  }

  private present(): CardWorker {
    if (this.worker) return this.worker;
    const worker = this.start();
    this.worker = worker;
    worker.on('exit', () => {
      if (this.worker === worker) this.worker = undefined;
    });
    return worker;
  }
}
