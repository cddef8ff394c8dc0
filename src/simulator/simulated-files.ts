/** How a simulated station sends files: as a real one does, for the machines around it are real. */
import { RealClock } from '../drivers/clock/real-clock';
import { FileSpool } from '../drivers/transfer/file-spool';
import { NetworkTransfer } from '../drivers/transfer/network-transfer';
import type { Board } from '../hal/board';
import type { StationSetup } from '../main';

/** `authorities`: in PEM, beside those that everybody trusts. */
export function filesOf(
  state: string,
  { trustsUnknownFileServers: trustsUnknownServers }: Board,
  authorities: string | undefined,
  tell: (line: string) => void,
): NonNullable<StationSetup['files']> {
  return (hosts) => ({
    transfer: new NetworkTransfer({
      clock: new RealClock({ unref: true }),
      ...{ hosts, authorities, trustsUnknownServers, tell },
    }),
    spool: new FileSpool(state),
  });
}
