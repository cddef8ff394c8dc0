/** How a simulated station sends files: as a real one does, for the machines around it are real. */
import { RealClock } from '../drivers/clock/real-clock';
import { FileSpool } from '../drivers/transfer/file-spool';
import { NetworkUpload } from '../drivers/transfer/network-upload';
import type { StationSetup } from '../main';

/** `authorities`: in PEM, beside those that everybody trusts. */
export function filesOf(
  state: string,
  authorities: string | undefined,
  tell: (line: string) => void,
): NonNullable<StationSetup['files']> {
  return (hosts) => ({
    transfer: new NetworkUpload({ clock: new RealClock({ unref: true }), hosts, authorities, tell }),
    spool: new FileSpool(state),
  });
}
