/** A safety thread of tests: the real unit and loop, on electrics in shared memory. */
import { parentPort, workerData } from 'node:worker_threads';
import { SafetyLoop } from '../../src/drivers/pi/loop';
import { RealClock } from '../../src/drivers/real-clock';
import type { ToSafety } from '../../src/safety/messages';
import { SafetyUnit } from '../../src/safety/safety-unit';
import type { StationConfig } from '../../src/station/types';
import { cellsOf, sharedParts } from './shared-world';

export interface ThreadData {
  memory: SharedArrayBuffer;
  origin: bigint;
  config: StationConfig;
}

const { memory, origin, config } = workerData as ThreadData;
const clock = new RealClock({ origin });
const loop = new SafetyLoop(clock);
const parts = sharedParts(cellsOf(memory), loop, clock);
const unit = new SafetyUnit({ config, parts, clock, beat: loop, send: (message) => parentPort?.postMessage(message) });
parentPort?.on('message', (message: ToSafety) => {
  if (message.kind !== 'stop') {
    unit.receive(message);
    return;
  }
  void unit.end().then(() => {
    loop.stop();
    parentPort?.postMessage({ kind: 'stopped' });
    parentPort?.close();
  });
});
loop.start();
unit.start();
