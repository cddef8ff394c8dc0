/** Readings for somebody who asks: at rest a meter is read seldom, and the last reading may be of minutes ago. */
import type { Clock } from '../../hal/clock';
import { timings } from '../socket/timings';
import type { Socket } from '../socket/types';

/** A meter that has not answered by then is not waited for: the last reading counts, in ms. */
const answerMaxMs = 2_000;

/** Resolves when each of these outlets has a reading of the last second, as while it charges, or has not got one in time. */
export async function freshReadings(sockets: readonly Socket[], clock: Clock): Promise<void> {
  const from = clock.now() - timings.meterBusyMs;
  await Promise.all(sockets.map((socket) => freshReading(socket, from, clock)));
}

function freshReading(socket: Socket, from: number, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    const end = (): void => {
      cancelWatch();
      cancelLimit();
      resolve();
    };
    const cancelLimit = clock.at(clock.now() + answerMaxMs, end);
    const cancelWatch = socket.watch(({ meter }) => {
      if (meter && meter.at >= from) {
        end();
        return;
      }
      if (asked) return;
      asked = true;
      socket.readMeter();
    });
  });
}
