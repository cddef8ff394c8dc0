/** Starts the thread of an emulated chip and hears from it what the station drives. */
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { ChipMemory, ChipOutputs } from './chip-memory';

export type ChipMessage = { kind: 'started' } | { kind: 'outputs'; outputs: ChipOutputs };

/** Resolves when the kernel has given the chip its number, so that chips can be numbered in order. */
export function plugChip(
  name: string,
  memory: ChipMemory,
  onOutputs: (outputs: ChipOutputs) => void,
  onError: (error: Error) => void,
): Promise<void> {
  const worker = new Worker(join(__dirname, 'chip-worker.js'), { workerData: { name, shared: memory.shared } });
  worker.on('error', onError);
  return new Promise((resolve) => {
    worker.on('message', (message: ChipMessage) => {
      if (message.kind === 'started') resolve();
      else onOutputs(message.outputs);
    });
  });
}
