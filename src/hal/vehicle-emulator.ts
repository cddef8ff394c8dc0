/** The other side of a bench rig: whatever plays vehicle, driver and mishap for tests with hardware in the loop. */
import type { Side } from './board';

/** Mishaps that a rig may be able to bring about. */
export type Mishap = 'welded' | 'residualCurrent' | 'meterSilent' | 'readerGone' | 'i2cLost';

export type Deed =
  | { do: 'plug'; connectorId: number }
  /** As a driver does: the vehicle's end at once, the station's end when the lock lets go. */
  | { do: 'unplug'; connectorId: number }
  /** The vehicle opens or closes S2. */
  | { do: 'request'; connectorId: number; energy: boolean }
  | { do: 'present'; uid: string; side: Side }
  /** A switch shows the opposite of what is so, for a moment: the mirror contact, or the switch of the bolt. */
  | { do: 'flicker'; connectorId: number; signal: 'contactor' | 'lock'; forMs: number }
  | { do: 'mishap'; mishap: Mishap; connectorId: number; present: boolean };

export interface VehicleEmulator {
  /** What plays the vehicle, for the report. */
  readonly name: string;
  /** Whether current flows while the contactor is closed. */
  readonly hasLoad: boolean;
  /** Whether this deed can be done here. */
  can(deed: Deed): boolean;
  /** Whether it happens when it is asked for, so that times from there say something of the station: not so with a person. */
  atOnce(deed: Deed): boolean;
  /** Resolves when it is done. Rejects with GreenupError `part.failed` or `command.invalid`. */
  perform(deed: Deed): Promise<void>;
  close(): void;
}
