/** An armed rig with scripted parts under a virtual clock, and the thread of its page in this one, for Chromium to look at. */
import { MessageChannel } from 'node:worker_threads';
import { RealClock } from '../../src/drivers/clock/real-clock';
import { servePage } from '../../src/rig/page-thread';
import { ArmedPage } from '../../src/rig/panel/armed-page';
import type { FromPageThread, ToPageThread } from '../../src/rig/panel/page-link';
import type { StaticFiles } from '../../src/web/static-files';
import { bench } from '../rig/panel/mock-bench';

export class RigInBrowser {
  private constructor(
    readonly parts: Awaited<ReturnType<typeof bench>>,
    readonly url: string,
    readonly end: () => Promise<void>,
  ) {}

  /** A vehicle came and asks for energy, a card was shown, and something is wrong with a part. */
  static async start(files: StaticFiles): Promise<RigInBrowser> {
    const pilots: { note: (model: Parameters<ArmedPage['notePilot']>[0]) => void } = { note: () => {} };
    const parts = await bench({ pilotChanged: (model) => pilots.note(model) });
    parts.clock.setSystemTime(Date.now());
    const { port1, port2 } = new MessageChannel();
    let endThread: () => Promise<void> = async () => {};
    const opening = ArmedPage.open(0, parts.clock, {
      postMessage: (message: ToPageThread) => port1.postMessage(message),
      onMessage: (listener) => port1.on('message', (message: FromPageThread) => listener(message)),
      onEnd: () => {},
      terminate: async () => {
        await endThread();
        port1.close();
      },
    });
    endThread = await servePage(port2, { port: 0 }, { clock: new RealClock({ unref: true }), files: () => files });
    const page = await opening;
    pilots.note = (model) => page.notePilot(model);
    page.attach(parts.made);
    const { made, type2, domestic, supply } = parts;
    for (const [high, low, key] of [
      [12, 12, undefined],
      [9, 9, '+'],
      [9, -12, undefined],
      [6.02, -11.96, undefined],
    ] as const) {
      type2.pilot.emit({ kind: 'volts', high, low });
      await parts.clock.advance(4_000);
      if (key) parts.press(key);
    }
    type2.proximity.emit({ kind: 'ohms', ohms: 221 });
    type2.thermometer.emit(24.5);
    type2.lock.emit('locked');
    domestic.plug.emit(false);
    domestic.thermometer.emit(undefined);
    supply.emit('present');
    made.seen('right', { kind: 'reader', present: true });
    made.seen('right', { kind: 'card', uid: '04A1B2C3' });
    made.measured({ turns: 200, longestGapMs: 6, busyShare: 0.03 }, 0);
    made.take({
      part: 'meter',
      connectorId: 2,
      code: 'failed',
      text: 'connector 2 meter: no answer; look at its wires and unit',
    });
    return new RigInBrowser(parts, `http://127.0.0.1:${page.port}/`, async () => {
      made.stop();
      await page.close();
    });
  }
}
