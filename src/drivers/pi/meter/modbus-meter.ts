/** An energy meter on a Modbus bus: fetches, decodes and doubts its registers. */
import type { Clock } from '../../../hal/clock';
import { GreenupError, messageOf } from '../../../hal/errors';
import type { EnergyMeter, MeterReading } from '../../../hal/parts';
import type { ReportTrouble } from '../../../hal/trouble';
import { decodeValue } from './decode';
import { EnergyRegister } from './energy-register';
import { assemble, type PlannedRead, planReads, type ReadValue, splitRead } from './reading-plan';
import { type RegisterMap, type RegisterValue, registersTaken } from './register-map';
import type { RtuMaster } from './rtu-master';

export interface ModbusMeterOptions {
  master: Pick<RtuMaster, 'bus' | 'read'>;
  /** Modbus unit, 1 to 247. */
  unit: number;
  map: RegisterMap;
  /** Phases of the socket. A single-phase socket is on L1 of its meter. */
  phases: 1 | 3;
  clock: Clock;
  /** Takes what a person should know although the reading goes on. */
  report: ReportTrouble;
}

/** Registers of one reading that are farther apart than this, in ms, are of different moments. */
export const readingTimeMaxMs = 3_000;

/** What no meter on a 63 A outlet gives; in V, A, W, Wh and Hz. No tighter than the station's own check needs. */
export const valueLimits: Readonly<Record<RegisterValue['quantity'], { min: number; max: number; unit: string }>> = {
  voltage: { min: 0, max: 500, unit: 'V' },
  current: { min: -200, max: 200, unit: 'A' },
  power: { min: -100_000, max: 100_000, unit: 'W' },
  energyImport: { min: 0, max: 100_000_000_000, unit: 'Wh' },
  energyExport: { min: 0, max: 100_000_000_000, unit: 'Wh' },
  // 0 is what a meter gives without mains.
  frequency: { min: 0, max: 70, unit: 'Hz' },
};

/**
 * Power and current are given with the meter's own sign: negative ones on a socket mean a current transformer (or a
 * meter) that was put in the wrong way round. Its energy then counts as export, and `energyWh` stands still.
 */
export class ModbusMeter implements EnergyMeter {
  private readonly name: string;
  /** Optional values that the meter turned out not to have are in no read; a new start asks for them again. */
  private plan: PlannedRead[];
  private readonly register: EnergyRegister;
  private underWay: Promise<MeterReading> | undefined;

  /** Throws `board.invalid` for a three-phase socket on a single-phase meter. */
  constructor(private readonly options: ModbusMeterOptions) {
    const { map, master, unit, phases, report } = options;
    this.name = `energy meter ${map.name}, unit ${unit} on bus ${master.bus}`;
    if (phases > map.phases) {
      throw new GreenupError('board.invalid', `${this.name}: measures one phase, but its socket has ${phases}`);
    }
    this.plan = planReads(map, phases);
    this.register = new EnergyRegister(this.name, phases, report);
  }

  /** Calls while a reading is under way share it. Rejects with `part.failed` or `part.missing`. */
  read(): Promise<MeterReading> {
    this.underWay ??= this.fetch().finally(() => {
      this.underWay = undefined;
    });
    return this.underWay;
  }

  private async fetch(): Promise<MeterReading> {
    const { clock } = this.options;
    const values: ReadValue[] = [];
    let firstAnswerAt: number | undefined;
    for (const read of this.plan) {
      values.push(...(await this.fetchOrSplit(read)));
      firstAnswerAt ??= clock.now();
    }
    const takenMs = clock.now() - (firstAnswerAt ?? clock.now());
    if (takenMs > readingTimeMaxMs) {
      throw this.refusal(
        `its values were read over ${Math.round(takenMs)} ms, more than ${readingTimeMaxMs} ms: the bus is too busy or disturbed`,
      );
    }
    for (const { value, number } of values) this.check(value, number);
    const reading = assemble(values);
    if (reading === undefined) throw this.refusal('gives no energy or no power (marked as not measured)');
    return { ...reading, energyWh: this.register.accept(reading.energyWh, clock.now()) };
  }

  /** A read that the meter refuses is made in parts, from now on; a value that is optional is then left out. */
  private async fetchOrSplit(read: PlannedRead): Promise<ReadValue[]> {
    try {
      return await this.fetchRead(read);
    } catch (error) {
      if (!(error instanceof GreenupError && error.code === 'part.refused')) throw error;
      const parts = splitRead(this.options.map, read);
      const [value] = read.values;
      if (parts.length === 0 && value?.optional !== true) {
        throw new GreenupError('part.failed', error.message, { cause: error });
      }
      this.plan = this.plan.flatMap((planned) => (planned === read ? parts : [planned]));
      if (parts.length === 0 && value !== undefined) {
        this.options.report({
          part: 'meter',
          code: 'noticed',
          text: `${this.name}: has no register ${registerName(value)} (${describe(value)}), which is left out until the next start`,
        });
      }
      const values: ReadValue[] = [];
      for (const part of parts) values.push(...(await this.fetchOrSplit(part)));
      return values;
    }
  }

  private async fetchRead({ address, count, longerCounts, values }: PlannedRead): Promise<ReadValue[]> {
    const { master, map, unit } = this.options;
    const { functionCode, timeoutMs, pauseMs } = map;
    let bytes: Uint8Array;
    try {
      bytes = await master.read({ unit, functionCode, address, count, longerCounts, timeoutMs, pauseMs });
    } catch (error) {
      const code = error instanceof GreenupError ? error.code : 'part.failed';
      // The master's message names unit and bus.
      throw new GreenupError(code, `energy meter ${map.name}, ${messageOf(error)}`, { cause: error });
    }
    return values.map((value) => {
      const start = 2 * (value.address - address);
      return { value, number: decodeValue(value, bytes.subarray(start, start + 2 * registersTaken(value))) };
    });
  }

  private check(value: RegisterValue, number: number | undefined): void {
    const { min, max, unit } = valueLimits[value.quantity];
    if (number === undefined || (number >= min && number <= max)) return;
    throw this.refusal(
      `register ${registerName(value)} (${describe(value)}) gives ${number} ${unit}, which must be from ${min} to ${max}: is it the right register map?`,
    );
  }

  private refusal(text: string): GreenupError {
    return new GreenupError('part.failed', `${this.name}: ${text}`);
  }
}

function registerName({ address }: RegisterValue): string {
  return `0x${address.toString(16).toUpperCase().padStart(4, '0')}`;
}

function describe({ quantity, phase }: RegisterValue): string {
  return phase === undefined ? quantity : `${quantity} of L${phase}`;
}
