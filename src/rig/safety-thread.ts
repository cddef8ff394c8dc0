/** Entry of the safety thread on a rig: the socket machines, alone with GPIO and ADC. */
import { isMainThread, type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { RealClock } from '../drivers/clock/real-clock';
import { BusLink } from '../drivers/pi/bus/bus-link';
import { SafetyLoop } from '../drivers/pi/loop';
import { rigParts } from '../drivers/pi/rig-parts';
import type { Board } from '../hal/board';
import type { Clock } from '../hal/clock';
import { GreenupError } from '../hal/errors';
import type { ReportTrouble } from '../hal/trouble';
import type { FromSafety, ToSafety } from '../safety/messages';
import { type SafetyParts, SafetyUnit } from '../safety/safety-unit';
import { stationConfig } from '../station/board-config';
import type { StationConfig } from '../station/types';
import { startBusThread } from './bus-workers';
import { raiseOwnPriority } from './thread-priority';

export interface SafetyThreadData {
  board: Board;
  /** Where the count of both clocks begins. */
  origin: bigint;
}

/** What the thread runs on; tests hand in their own. */
export interface ThreadParts {
  config: StationConfig;
  loop: SafetyLoop;
  clock: Clock;
  parts(report: ReportTrouble): SafetyParts & { release(): void };
}

/** Never returns control over the outputs: whatever ends the thread, they are safe before anybody hears of it. */
export function runSafetyThread(port: MessagePort, { config, loop, clock, parts: make }: ThreadParts): void {
  const send = (message: FromSafety): void => port.postMessage(message);
  const parts = make((trouble) => send({ kind: 'trouble', trouble }));
  const unit = new SafetyUnit({ config, parts, clock, beat: loop, send });
  // Whoever listens to the end of this thread may be held up: the outputs do not wait for that.
  process.on('uncaughtException', (error) => {
    parts.release();
    throw error;
  });
  port.on('message', (message: ToSafety) => {
    if (message.kind === 'stop') void end();
    else unit.receive(message);
  });
  const end = async (): Promise<void> => {
    await unit.end();
    loop.stop();
    parts.release();
    send({ kind: 'stopped' });
    port.close();
  };
  loop.start();
  unit.start();
}

function run({ board, origin }: SafetyThreadData): void {
  if (!parentPort) return;
  raiseOwnPriority();
  const clock = new RealClock({ origin });
  const loop = new SafetyLoop(clock);
  const { hardware } = board;
  if (!hardware) throw new GreenupError('board.invalid', `board ${board.name} has no hardware`);
  runSafetyThread(parentPort, {
    config: stationConfig(board),
    loop,
    clock,
    parts: (report) => {
      const openBus = (bus: string): BusLink => {
        return new BusLink({ thread: startBusThread({ bus, hardware, origin }), bus, loop, clock, report });
      };
      return rigParts({ board, loop, clock, report, openBus });
    },
  });
}

// In a thread of a test another entry runs it.
if (!isMainThread && isBoardGiven(workerData)) run(workerData);

function isBoardGiven(data: unknown): data is SafetyThreadData {
  return typeof data === 'object' && data !== null && 'board' in data;
}
