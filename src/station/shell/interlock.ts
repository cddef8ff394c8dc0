/** Two sockets of one point exclude each other: each machine gets the contacts of the other (break, wait, check, make). */
import type { Cancel } from '../../hal/clock';
import type { SocketRunner } from './socket';

export function interlock(runners: readonly SocketRunner[]): Cancel {
  const cancels = runners.flatMap((own) => {
    const others = runners.filter((r) => r !== own);
    if (others.length === 0) own.twinIs(true);
    return others.map((other) => other.watch(({ contactor }) => own.twinIs(contactor === 'open')));
  });
  return () => {
    for (const cancel of cancels) cancel();
  };
}
