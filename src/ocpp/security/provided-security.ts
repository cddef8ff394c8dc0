/** What a station is given for its security at each start by the process around it, which keeps it nowhere itself. */
import type { Authority } from './certificate';

export interface ProvidedSecurity {
  /** The certificate of the station and those between it and a root, in PEM; one that is stored takes its place. */
  chain: string;
  /** In PEM. */
  key: string;
  /** When the chain holds, in ms of Unix time. */
  fromMs: number;
  toMs: number;
  /** Whom the station trusts as central system, beside those that are stored. */
  roots: readonly Authority[];
}
