/** The thread of one emulated chip: it waits for the kernel and answers at once, whatever the world is busy with. */
import { parentPort, workerData } from 'node:worker_threads';
import { ChipMemory } from './chip-memory';
import type { ChipMessage } from './chip-thread';
import { Cp2112 } from './cp2112';
import { runChip } from './uhid';

const { name, shared } = workerData as { name: string; shared: SharedArrayBuffer };
const tell = (message: ChipMessage): void => parentPort?.postMessage(message);
const chip = new Cp2112(
  new ChipMemory(shared),
  (outputs) => tell({ kind: 'outputs', outputs }),
  () => performance.now(),
);
runChip(chip, `CP2112 ${name}`, () => tell({ kind: 'started' }));
