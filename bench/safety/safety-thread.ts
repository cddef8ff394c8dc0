/** The safety thread as it is on a rig, on electrics in shared memory; counts its own processor time. */
import { readFileSync, readlinkSync } from 'node:fs';
import { isMainThread, type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { SafetyLoop } from '../../src/drivers/pi/loop';
import { RealClock } from '../../src/drivers/real-clock';
import type { ToSafety } from '../../src/safety/messages';
import { SafetyUnit } from '../../src/safety/safety-unit';
import { stationConfig } from '../../src/station/board-config';
import { partsOf, type RigSetup, wideBoard } from './rig';

export interface ThreadSetup extends RigSetup {
  origin: bigint;
}

/** Asks for the processor time of the safety thread so far. */
export interface ProcessorTime {
  kind: 'processorTime';
  answerTo: MessagePort;
}

/** Processor time of the calling thread so far, in ms; undefined where the kernel does not tell. */
function threadTimeMs(): number | undefined {
  try {
    const own = readlinkSync('/proc/thread-self');
    return Number(readFileSync(`/proc/${own}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
  } catch {
    return undefined;
  }
}

function run(setup: ThreadSetup): void {
  const port = parentPort;
  if (!port) return;
  const clock = new RealClock({ origin: setup.origin });
  const loop = new SafetyLoop(clock);
  const parts = partsOf(setup, loop, clock, (line) => port.postMessage({ kind: 'trouble', line }));
  const config = stationConfig(setup.board ?? wideBoard(setup));
  const unit = new SafetyUnit({ config, parts, clock, beat: loop, send: (message) => port.postMessage(message) });
  port.on('message', (message: ToSafety | ProcessorTime) => {
    if (message.kind === 'processorTime') {
      message.answerTo.postMessage(threadTimeMs());
      return;
    }
    unit.receive(message);
    if (message.kind !== 'stop') return;
    loop.stop();
    parts.release();
    port.postMessage({ kind: 'stopped' });
    port.close();
  });
  loop.start();
  unit.start();
}

if (!isMainThread) run(workerData as ThreadSetup);
