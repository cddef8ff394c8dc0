/** The lines of a board on its emulated chips: outputs are heard, inputs are set, both as active or not. */
import { GreenupError } from '../../../../src/hal/errors';
import type { LineWiring } from '../../../../src/hal/wiring';
import { ChipMemory, type ChipOutputs } from './chip-memory';
import { linesPerChip } from './cp2112';

export interface LineLevel {
  line: string;
  active: boolean;
}

interface HeardOutput {
  wiring: LineWiring;
  active: boolean;
  onChange: (active: boolean) => void;
}

export class RigLines {
  /** In the board's order of chips. */
  readonly chips: ReadonlyMap<string, ChipMemory>;
  private readonly outputs: HeardOutput[] = [];
  private readonly inputs = new Map<string, boolean>();

  constructor(names: readonly string[]) {
    this.chips = new Map(names.map((name) => [name, new ChipMemory()]));
  }

  /** Nothing drives a line at first: pull resistors keep it inactive, and `onChange` is not called for that. */
  hear(wiring: LineWiring, onChange: (active: boolean) => void): void {
    this.chipOf(wiring);
    this.outputs.push({ wiring, active: false, onChange });
  }

  /** An input line, inactive until it is set. */
  input(wiring: LineWiring): (active: boolean) => void {
    const chip = this.chipOf(wiring);
    const set = (active: boolean): void => {
      this.inputs.set(nameOf(wiring), active);
      chip.setLevel(wiring.line, active !== wiring.activeLow);
    };
    set(false);
    return set;
  }

  /** Every wired line and whether it is active. */
  levels(): LineLevel[] {
    return [
      ...this.outputs.map(({ wiring, active }) => ({ line: nameOf(wiring), active })),
      ...[...this.inputs].map(([line, active]) => ({ line, active })),
    ];
  }

  /** The station drives the lines of a chip anew. */
  drive(chipName: string, { directions, latch }: ChipOutputs): void {
    for (const output of this.outputs) {
      if (output.wiring.chip !== chipName) continue;
      const { line, activeLow } = output.wiring;
      const driven = ((directions >> line) & 1) === 1;
      const active = driven && ((latch >> line) & 1) === (activeLow ? 0 : 1);
      if (active === output.active) continue;
      output.active = active;
      output.onChange(active);
    }
  }

  private chipOf({ chip: name, line }: LineWiring): ChipMemory {
    const chip = this.chips.get(name);
    if (chip !== undefined && line < linesPerChip) return chip;
    const valid = `lines 0 to ${linesPerChip - 1} of ${[...this.chips.keys()].join(', ')}`;
    throw new GreenupError('config.invalid', `line ${line} of chip ${name} is not there; valid: ${valid}`);
  }
}

function nameOf({ chip, line }: LineWiring): string {
  return `${chip}:${line}`;
}
