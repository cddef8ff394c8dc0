/** Entry of the safety thread on a rig: the socket machines, alone with GPIO and ADC. */
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { SafetyLoop } from '../drivers/pi/loop';
import { rigParts } from '../drivers/pi/rig-parts';
import { RealClock } from '../drivers/real-clock';
import type { Board } from '../hal/board';
import type { FromSafety, ToSafety } from '../safety/messages';
import { SafetyUnit } from '../safety/safety-unit';
import { stationConfig } from '../station/board-config';
import { raiseOwnPriority } from './thread-priority';

export interface SafetyThreadData {
  board: Board;
  /** Where the count of both clocks begins. */
  origin: bigint;
}

function run({ board, origin }: SafetyThreadData): void {
  const port = parentPort;
  if (!port) return;
  raiseOwnPriority();
  const send = (message: FromSafety): void => port.postMessage(message);
  const clock = new RealClock({ origin });
  const loop = new SafetyLoop(clock);
  const parts = rigParts({ board, loop, clock, trouble: (line) => send({ kind: 'trouble', line }) });
  const unit = new SafetyUnit({ config: stationConfig(board), parts, clock, beat: loop, send });
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

if (!isMainThread) run(workerData as SafetyThreadData);
