/** The proximity contact of a socket outlet: the resistor in the plug, measured as the lower half of a divider. */
import type { Cancel, Clock } from '../../hal/clock';
import type { Listener, ProximityPilot, ProximityReading } from '../../hal/parts';
import { Watched } from '../../hal/watched';
import type { DividerWiring } from '../../hal/wiring';
import type { AdsSample, AdsSampler } from './i2c/ads1115';

/** From this share of the supply on there is no resistor: at 330 Ω of pull-up, above 10.7 kΩ. */
export const openShare = 0.97;
/** Offset errors reach a little below 0 V; more is a fault of the wiring. In V. */
export const lowestDividerV = -0.1;
/** A change of this share is told; below `smallOhms` one of that share of `smallOhms`. */
const changeShare = 0.05;
const smallOhms = 10;

export interface DividerOptions<W extends DividerWiring> {
  wiring: W;
  sampler(address: number): Pick<AdsSampler, 'add'>;
  clock: Clock;
}

/**
 * Ohms of the lower half of a divider, `Infinity` from the given share of the supply on; what cannot be measured says
 * why.
 */
export function dividerReading(sample: AdsSample, wiring: DividerWiring, infiniteShare: number): ProximityReading {
  if (sample.kind === 'invalid') return { kind: 'invalid', reason: sample.reason };
  const volts = sample.volts * wiring.gain + wiring.offset;
  if (!(volts >= lowestDividerV)) {
    return { kind: 'invalid', reason: `${volts.toFixed(2)} V at the divider: look for a wrong wire or offset` };
  }
  if (volts >= infiniteShare * wiring.supplyV) return { kind: 'ohms', ohms: Number.POSITIVE_INFINITY };
  const positive = Math.max(volts, 0);
  return { kind: 'ohms', ohms: (wiring.pullUpOhms * positive) / (wiring.supplyV - positive) };
}

export class AdsProximity implements ProximityPilot {
  private readonly watched: Watched<ProximityReading>;
  private readonly cancel: Cancel;

  constructor({ wiring, sampler, clock }: DividerOptions<DividerWiring>) {
    this.watched = new Watched(clock);
    this.cancel = sampler(wiring.address).add(wiring.input, 'slow', (sample) => {
      const reading = dividerReading(sample, wiring, openShare);
      const told = this.watched.present?.value;
      if (told === undefined || differs(told, reading)) this.watched.setNow(reading);
    });
  }

  watch(listener: Listener<ProximityReading>): Cancel {
    return this.watched.watch(listener);
  }

  /** Tells nothing any more. */
  release(): void {
    this.cancel();
    this.watched.close();
  }
}

function differs(a: ProximityReading, b: ProximityReading): boolean {
  if (a.kind === 'invalid' && b.kind === 'invalid') return a.reason !== b.reason;
  if (a.kind === 'invalid' || b.kind === 'invalid') return true;
  if (a.ohms === b.ohms) return false;
  return Math.abs(b.ohms - a.ohms) > changeShare * Math.max(Math.min(a.ohms, b.ohms), smallOhms);
}
