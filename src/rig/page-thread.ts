/** Entry of the thread that serves the page of an armed rig: what is asked of it costs the parts, their loop and their guard nothing. */
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { RealClock } from '../drivers/clock/real-clock';
import type { Clock } from '../hal/clock';
import { messageOf } from '../hal/errors';
import { startRigServer } from '../web/rig-server';
import { builtFiles, type StaticFiles } from '../web/static-files';
import { LinkedRig, type RigPort } from './panel/linked-rig';
import type { PageThreadData } from './panel/page-link';
import { lowerOwnPriority } from './thread-priority';

/** Tells at which port the page is, or why there is none. */
export async function servePage(
  port: RigPort,
  { port: wanted }: PageThreadData,
  { clock, files }: { clock: Clock; files: () => StaticFiles },
): Promise<() => Promise<void>> {
  const rig = new LinkedRig(port, clock);
  try {
    const server = await startRigServer({ rig, files: files(), port: wanted, clock });
    port.postMessage({ kind: 'listens', port: server.port });
    return async () => {
      rig.stop();
      await server.close();
    };
  } catch (error) {
    rig.stop();
    port.postMessage({ kind: 'failed', reason: messageOf(error) });
    return async () => {};
  }
}

function run(data: PageThreadData): void {
  if (!parentPort) return;
  lowerOwnPriority();
  void servePage(parentPort, data, { clock: new RealClock(), files: builtFiles });
}

if (!isMainThread && isWanted(workerData)) run(workerData);

/** In a thread of a test another entry runs it. */
function isWanted(data: unknown): data is PageThreadData {
  return typeof data === 'object' && data !== null && 'port' in data;
}
