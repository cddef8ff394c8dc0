/** The page of an armed rig as its process has it: a thread that serves, and the parts that answer it. */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Clock } from '../../hal/clock';
import { GreenupError } from '../../hal/errors';
import type { ConnectorModel } from './model';
import { PageAnswers } from './page-answers';
import type { FromPageThread, PageThreadData, RigQuestion, ToPageThread } from './page-link';
import type { RigBench } from './work';

/** More memory than a few pages need, in MB: a thread that wants more ends, and the process goes on. */
const memoryMaxMb = 128;

export interface PageThread {
  postMessage(message: ToPageThread): void;
  onMessage(listener: (message: FromPageThread) => void): void;
  /** Called once, however it ends. */
  onEnd(listener: (reason: string) => void): void;
  terminate(): Promise<unknown>;
}

export class ArmedPage {
  /** Where it is, once it is open. */
  port = 0;
  private readonly answers: PageAnswers;
  private bench: RigBench | undefined;
  /** Asked before there was somebody to answer. */
  private early: RigQuestion | undefined;
  private ended: string | undefined;

  private constructor(
    private readonly thread: PageThread,
    clock: Clock,
  ) {
    this.answers = new PageAnswers(clock);
  }

  /** Rejects with `config.invalid` if the port cannot be had. */
  static async open(port: number, clock: Clock, thread = startPageThread({ port })): Promise<ArmedPage> {
    const page = new ArmedPage(thread, clock);
    try {
      page.port = await page.listening();
    } catch (error) {
      await page.close();
      throw error;
    }
    return page;
  }

  /** From now on the parts answer. */
  attach(bench: RigBench): void {
    this.bench = bench;
    if (this.early) this.answer(bench, this.early);
    if (this.ended !== undefined) this.lose(bench, this.ended);
  }

  /** What is driven or read at a pilot is another one now. */
  notePilot(model: ConnectorModel): void {
    this.answers.notePilot(model);
  }

  async close(): Promise<void> {
    this.bench = undefined;
    await this.thread.terminate();
  }

  private listening(): Promise<number> {
    return new Promise((resolve, reject) => {
      const fail = (reason: string): void => reject(new GreenupError('config.invalid', reason));
      this.thread.onMessage((message) => {
        if (message.kind === 'listens') resolve(message.port);
        else if (message.kind === 'failed') fail(message.reason);
        else if (this.bench) this.answer(this.bench, message.question);
        else this.early = message.question;
      });
      this.thread.onEnd((reason) => {
        this.ended = reason;
        fail(`the page of the rig cannot be served: ${reason}`);
        if (this.bench) this.lose(this.bench, reason);
      });
    });
  }

  /** The answer leaves in the next turn of the event loop, so that between two questions the safety loop has its own. */
  private answer(bench: RigBench, question: RigQuestion): void {
    const answer = this.answers.answer(bench, question);
    setImmediate(() => this.thread.postMessage({ answer }));
  }

  /** What a page has closed is opened: nobody could be heard who looks at it. */
  private lose(bench: RigBench, reason: string): void {
    const words = `the page in a browser has ended: ${reason}`;
    bench.servedAt(undefined);
    bench.say(words);
    bench.losePages(words);
  }
}

function startPageThread(workerData: PageThreadData): PageThread {
  const worker = new Worker(join(__dirname, 'page-thread.js'), {
    workerData,
    resourceLimits: { maxOldGenerationSizeMb: memoryMaxMb },
  });
  return {
    postMessage: (message) => worker.postMessage(message),
    onMessage: (listener) => {
      worker.on('message', listener);
    },
    onEnd: (listener) => {
      let hasEnded = false;
      const end = (reason: string): void => {
        if (!hasEnded) listener(reason);
        hasEnded = true;
      };
      worker.on('error', (error) => end(error instanceof Error ? error.message : String(error)));
      worker.on('exit', (code) => end(`code ${code}`));
    },
    terminate: () => worker.terminate(),
  };
}
