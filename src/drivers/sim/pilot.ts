/** The simulated pilot function of one outlet: the generator, what loads the wire, and what a vehicle reads from it. */
import type { Cancel } from '../../hal/clock';
import type { ControlPilot, Listener, PilotOutput, PilotReading } from '../../hal/parts';
import { negativePlateauV, offeredCurrentA, type PilotCircuit, positivePlateauV } from './electrics';
import { ShownValue, type WorldClock } from './world-clock';

/** What the generator puts out, and both plateaus at the pilot terminal, in V. */
export interface PilotSignal {
  output: PilotOutput;
  /** Upper plateau, in V. */
  high: number;
  /** Lower plateau, in V. */
  low: number;
}

export class SimulatedPilot implements ControlPilot {
  private readonly reading: ShownValue<PilotReading>;
  private readonly onOffer: () => void;
  private readonly onSignal: (signal: PilotSignal) => void;
  private lastOutput: PilotOutput = { kind: 'steady' };
  private circuit: PilotCircuit = { load: 'none', diodeMissing: false, shorted: false, open: false };

  /** `onOffer` is called when the generator has changed, `onSignal` when it or what loads the wire may have. */
  constructor(clock: WorldClock, onOffer: () => void, onSignal: (signal: PilotSignal) => void) {
    this.onOffer = onOffer;
    this.onSignal = onSignal;
    this.reading = new ShownValue<PilotReading>(clock, { kind: 'volts', ...this.volts }, sameReading);
  }

  drive(output: PilotOutput): void {
    this.lastOutput = output;
    this.onOffer();
    this.tell();
  }

  watch(listener: Listener<PilotReading>): Cancel {
    return this.reading.watch(listener);
  }

  get output(): PilotOutput {
    return this.lastOutput;
  }

  /** Both plateaus in V: without PWM the generator stands still, and they are the same. */
  get volts(): { high: number; low: number } {
    const output = this.lastOutput;
    const positive = positivePlateauV(this.circuit);
    const negative = negativePlateauV(this.circuit);
    if (output.kind === 'steady') return { high: positive, low: positive };
    if (output.kind === 'unavailable') return { high: negative, low: negative };
    return {
      high: output.dutyPercent > 0 ? positive : negative,
      low: output.dutyPercent < 100 ? negative : positive,
    };
  }

  /** What a plugged vehicle reads, in A per phase; 0: nothing offered. */
  get offerA(): number {
    const reachesVehicle = this.circuit.load !== 'none' && !this.circuit.shorted && !this.circuit.open;
    return this.lastOutput.kind === 'pwm' && reachesVehicle ? offeredCurrentA(this.lastOutput.dutyPercent) : 0;
  }

  /** What a vehicle reads is neither a steady positive level nor a swinging one: state E or F, or a broken wire. */
  get interrupted(): boolean {
    return this.circuit.shorted || this.circuit.open || this.lastOutput.kind === 'unavailable';
  }

  setCircuit(circuit: PilotCircuit): void {
    this.circuit = circuit;
    this.tell();
  }

  private tell(): void {
    const { volts } = this;
    this.reading.set({ kind: 'volts', ...volts });
    this.onSignal({ output: this.lastOutput, ...volts });
  }
}

function sameReading(a: PilotReading, b: PilotReading): boolean {
  if (a.kind !== 'volts' || b.kind !== 'volts') return a.kind === b.kind;
  return a.high === b.high && a.low === b.low;
}
