/** Measures, beside the parts of a socket, how fast its contactor follows: from the pilot to the coil, and to the contact. */
import type { Cancel, Clock } from '../hal/clock';
import type { Contactor, ControlPilot, PilotReading, UnmeteredParts } from '../hal/parts';
import { levelOf, type PilotLevel } from '../station/socket/pilot';

/** One movement of a contactor, measured when its mirror contact has followed. Times in ms on the clock of the machines. */
export interface SwitchTimes {
  contactor: 'open' | 'closed';
  /**
   * From the first reading with another level of the pilot to the command; undefined without a pilot, and where the
   * pilot stood still, so that the cause was another. The filter of the readings lies before it.
   */
  pilotToCoilMs: number | undefined;
  /** From the command to the contact. */
  coilToContactMs: number;
}

/** A pilot that changed longer before the command than this, in ms, was not its cause. An opening follows its cause sooner than a closing. */
const pilotCauseMaxMs = { closed: 1_000, open: 200 } as const;

/** The same parts; `onSwitched` gets every movement that was commanded and done. */
export function timedSwitching<P extends UnmeteredParts>(
  parts: P,
  clock: Clock,
  onSwitched: (times: SwitchTimes) => void,
): P {
  const watch = new SwitchWatch(clock, onSwitched);
  const contactor = watch.contactor(parts.contactor);
  return 'pilot' in parts ? { ...parts, contactor, pilot: watch.pilot(parts.pilot) } : { ...parts, contactor };
}

class SwitchWatch {
  private level: PilotLevel = 'invalid';
  private pilotAt = Number.NEGATIVE_INFINITY;
  private commanded: 'open' | 'closed' = 'open';
  /** When the movement under way was commanded, and the time from the pilot to it. */
  private moving: { at: number; pilotToCoilMs: number | undefined } | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly onSwitched: (times: SwitchTimes) => void,
  ) {}

  contactor(part: Contactor): Contactor {
    return {
      close: () => {
        this.command('closed');
        part.close();
      },
      open: () => {
        this.command('open');
        part.open();
      },
      watch: (listener) =>
        part.watch((feedback) => {
          if (feedback === this.commanded) this.arrived();
          listener(feedback);
        }),
    };
  }

  pilot(part: ControlPilot): ControlPilot {
    return {
      drive: (output) => part.drive(output),
      watch: (listener): Cancel =>
        part.watch((reading) => {
          this.read(reading);
          listener(reading);
        }),
    };
  }

  private read(reading: PilotReading): void {
    const level = levelOf(reading, this.level);
    if (level === this.level) return;
    this.level = level;
    this.pilotAt = this.clock.now();
  }

  private command(wanted: 'open' | 'closed'): void {
    if (wanted === this.commanded) return;
    this.commanded = wanted;
    const at = this.clock.now();
    const sincePilot = at - this.pilotAt;
    this.moving = { at, pilotToCoilMs: sincePilot <= pilotCauseMaxMs[wanted] ? sincePilot : undefined };
  }

  private arrived(): void {
    if (!this.moving) return;
    const { at, pilotToCoilMs } = this.moving;
    this.moving = undefined;
    this.onSwitched({ contactor: this.commanded, pilotToCoilMs, coilToContactMs: this.clock.now() - at });
  }
}
