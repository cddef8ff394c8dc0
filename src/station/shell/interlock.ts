/** Two sockets of one point exclude each other: each machine gets the contacts of the other (break, wait, check, make). */
import type { Cancel } from '../../hal/clock';
import type { SocketRunner } from './socket';

export function interlock(runners: readonly SocketRunner[]): Cancel {
  const cancels = runners.flatMap((own) => {
    const others = runners.filter((r) => r !== own);
    if (others.length === 0) own.feed({ kind: 'twin', open: true });
    return others.map((other) =>
      other.watch((report) => own.feed({ kind: 'twin', open: report.contactor === 'open' })),
    );
  });
  return () => {
    for (const cancel of cancels) cancel();
  };
}
