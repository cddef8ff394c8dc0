/** The safety thread as it is on a rig, on electrics in shared memory; counts its own processor time. */
import { readFileSync, readlinkSync } from 'node:fs';
import { isMainThread, type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { RealClock } from '../../src/drivers/clock/real-clock';
import { SafetyLoop } from '../../src/drivers/pi/loop';
import { raiseOwnPriority } from '../../src/rig/thread-priority';
import type { ToSafety } from '../../src/safety/messages';
import { SafetyUnit } from '../../src/safety/safety-unit';
import { stationConfig } from '../../src/station/board-config';
import { partsOf, type RigSetup, wideBoard } from './rig';

export type ThreadSetup = RigSetup;

/** Asks the safety thread how it fared since it was last asked. */
export interface Question {
  kind: 'question';
  answerTo: MessagePort;
}

export interface Answer {
  /** Longest time between two turns of the loop, in ms. */
  longestGapMs: number;
  /** Processor time of the thread, and time for which it was ready and got no processor, in ms; 0 where unknown. */
  ranMs: number;
  waitedMs: number;
}

/** Both since the thread began; see the kernel's sched-stats. */
function threadTimes(): { ranMs: number; waitedMs: number } {
  try {
    const own = readlinkSync('/proc/thread-self');
    const [ran, waited] = readFileSync(`/proc/${own}/schedstat`, 'utf8').split(' ').map(Number);
    return { ranMs: (ran ?? 0) / 1e6, waitedMs: (waited ?? 0) / 1e6 };
  } catch {
    return { ranMs: 0, waitedMs: 0 };
  }
}

function run(setup: ThreadSetup): void {
  const port = parentPort;
  if (!port) return;
  raiseOwnPriority();
  const clock = new RealClock({ origin: setup.origin });
  const loop = new SafetyLoop(clock);
  const parts = partsOf(setup, loop, clock, (trouble) => port.postMessage({ kind: 'trouble', trouble }));
  const config = stationConfig(setup.board ?? wideBoard(setup));
  let longestGapMs = 0;
  let before = { ranMs: 0, waitedMs: 0 };
  const beat = {
    add: (poll: (now: number) => void) => loop.add(poll),
    watchStands: (listener: (gapMs: number) => void) => loop.watchStands(listener),
    takeStatistics: () => {
      const taken = loop.takeStatistics();
      longestGapMs = Math.max(longestGapMs, taken.longestGapMs);
      return taken;
    },
  };
  const unit = new SafetyUnit({ config, parts, clock, beat, send: (message) => port.postMessage(message) });
  port.on('message', (message: ToSafety | Question) => {
    if (message.kind === 'question') {
      const { ranMs, waitedMs } = threadTimes();
      const answer: Answer = { longestGapMs, ranMs: ranMs - before.ranMs, waitedMs: waitedMs - before.waitedMs };
      before = { ranMs, waitedMs };
      longestGapMs = 0;
      message.answerTo.postMessage(answer);
      return;
    }
    if (message.kind !== 'stop') {
      unit.receive(message);
      return;
    }
    void unit.end().then(() => {
      loop.stop();
      parts.release();
      port.postMessage({ kind: 'stopped' });
      port.close();
    });
  });
  loop.start();
  unit.start();
}

if (!isMainThread) run(workerData as ThreadSetup);
