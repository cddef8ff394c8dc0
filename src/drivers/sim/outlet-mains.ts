/** The mains at an outlet, and what a meter measures of them: the very same lists as long as nothing of it has changed. */
import type { MeterReading } from '../../hal/parts';
import { sumOfProducts } from './electrics';

/** Spread of the voltages of a world with a random source, in V: each phase keeps its own. */
const voltageSpreadV = 4;

/** What flows at the outlet. */
export interface Load {
  /** Current of each loaded phase, in A, and how many there are. */
  currentA: number;
  loadedPhases: number;
  /** By which the measured power differs from the product of voltage and current. */
  powerFactor: number;
}

export type MainsValues = Required<Pick<MeterReading, 'currentA' | 'voltageV' | 'powerW' | 'phasePowerW'>>;

export class OutletMains {
  private readonly offsetsV: readonly number[];
  private readonly noneV: readonly number[];
  private suppliedV: readonly number[] = [];
  private mainsV = 0;
  private last: { load: Load; values: MainsValues } | undefined;

  constructor(phases: number, random: (() => number) | undefined, mainsV: number) {
    this.offsetsV = Array.from({ length: phases }, () => ((random?.() ?? 0.5) - 0.5) * voltageSpreadV);
    this.noneV = this.offsetsV.map(() => 0);
    this.set(mainsV);
  }

  /** Phase to neutral, in V; 0: the supply is lost. */
  set(mainsV: number): void {
    this.mainsV = mainsV;
    this.suppliedV = this.offsetsV.map((offsetV) => mainsV + offsetV);
  }

  get present(): boolean {
    return this.mainsV > 0;
  }

  /** Voltage of each phase to neutral, in V. */
  get phaseV(): readonly number[] {
    return this.present ? this.suppliedV : this.noneV;
  }

  /** `dead`: as a meter behind open contacts. It is read each second, and most vehicles draw the same current for hours. */
  measured(dead: boolean, load: Load): MainsValues {
    const voltageV = dead ? this.noneV : this.phaseV;
    if (this.last?.values.voltageV !== voltageV || !sameLoad(this.last.load, load)) {
      this.last = { load, values: valuesOf(voltageV, load) };
    }
    return this.last.values;
  }
}

function sameLoad(one: Load, other: Load): boolean {
  return (
    one.currentA === other.currentA && one.loadedPhases === other.loadedPhases && one.powerFactor === other.powerFactor
  );
}

function valuesOf(voltageV: readonly number[], { currentA, loadedPhases, powerFactor }: Load): MainsValues {
  const currents = voltageV.map((_, phase) => (phase < loadedPhases ? currentA : 0));
  return {
    powerW: sumOfProducts(voltageV, currents) * powerFactor,
    currentA: currents,
    voltageV,
    phasePowerW: voltageV.map((volts, phase) => volts * (currents[phase] ?? 0) * powerFactor),
  };
}
