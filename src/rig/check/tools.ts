/** What the checks of a rig's parts share: what they found, the beat by which parts sample, and buses that several use. */
import { BusRests, i2cBusName } from '../../drivers/pi/bus-rest';
import type { PartContext } from '../../drivers/pi/context';
import type { GpioLines } from '../../drivers/pi/gpio/lines';
import { AdsSampler } from '../../drivers/pi/i2c/ads1115';
import { SafetyLoop } from '../../drivers/pi/loop';
import type { SerialLine } from '../../drivers/pi/meter/serial-line';
import type { Cancel } from '../../hal/clock';
import type { BoardConnector } from '../../hal/connectors';
import { GreenupError, messageOf } from '../../hal/errors';
import type { EnergyMeter, Listener } from '../../hal/parts';
import type { ReportTrouble } from '../../hal/trouble';
import type { LineWiring, RigHardware, SerialBusWiring } from '../../hal/wiring';
import type { RigMachine } from '../inspection';
import { MeterBuses } from '../meters';

/** `note`: worth a look, but no fault. */
export interface Finding {
  result: 'ok' | 'note' | 'fail';
  /** As `connector 1 contactor`. */
  part: string;
  text: string;
}

export class Findings {
  readonly all: Finding[] = [];
  private readonly reasons: { text: string; part: string }[] = [];

  constructor(private readonly tell: (finding: Finding) => void) {}

  ok(part: string, text: string): void {
    this.add({ result: 'ok', part, text });
  }

  note(part: string, text: string): void {
    this.add({ result: 'note', part, text });
  }

  /** What the check itself made of the part. */
  wrong(part: string, text: string): void {
    this.add({ result: 'fail', part, text });
  }

  /** Why a driver says that it does not work, or `otherwise` where it says nothing. */
  failOr(part: string, why: unknown, otherwise: string): void {
    if (why === undefined) this.wrong(part, otherwise);
    else this.fail(part, why);
  }

  /** What a driver says. A reason that comes again is cut short, with the part where it stands in full. */
  fail(part: string, why: unknown): void {
    const text = withoutName(messageOf(why), part);
    const known = this.reasons.find((reason) => text.includes(reason.text));
    if (known) {
      const [head = ''] = known.text.split('; ', 1);
      this.add({ result: 'fail', part, text: text.replace(known.text, () => `${head} (see ${known.part})`) });
      return;
    }
    this.reasons.push({ text: withoutName(rootOf(why), part), part });
    this.add({ result: 'fail', part, text });
  }

  private add(finding: Finding): void {
    this.all.push(finding);
    this.tell(finding);
  }
}

/** Drivers name their part first; `part` does so already. */
function withoutName(text: string, part: string): string {
  const name = part.replace(/^connector \d+ /, '');
  return text.startsWith(`${name} `) ? text.slice(name.length + 1) : text;
}

/** The words of the innermost error of ours: those around it name parts. */
function rootOf(why: unknown): string {
  if (!(why instanceof Error)) return String(why);
  return why.cause instanceof GreenupError ? rootOf(why.cause) : why.message;
}

/** A sample of each kind of input is there within this time, in ms. */
export const sampleWithinMs = 400;

export class CheckTools {
  readonly loop: SafetyLoop;
  readonly gpio: GpioLines;
  /** Why converters give no sample at all, by address. */
  readonly lostConverters = new Map<number, string>();
  private readonly samplers = new Map<number, AdsSampler>();
  private readonly rests: BusRests;
  private readonly meters: MeterBuses;
  /** How each bus was opened; a line until a meter uses it. */
  private readonly opened = new Map<string, { line: SerialLine | undefined } | { error: unknown }>();

  constructor(
    readonly hardware: RigHardware,
    readonly machine: RigMachine,
    readonly findings: Findings,
  ) {
    this.loop = new SafetyLoop(machine.clock);
    this.rests = new BusRests(machine.clock);
    this.gpio = {
      output: (line) => machine.gpio().output(line),
      input: (line) => machine.gpio().input(line),
    };
    const { clock } = machine;
    const openLine = (bus: SerialBusWiring) => this.lineOf(bus);
    this.meters = new MeterBuses({ serial: hardware.serial, clock, openLine, report: () => {} });
    this.loop.start();
  }

  /** What a part is given; the lines of what it reports are gathered in `lines`. */
  context(lines: string[]): PartContext {
    const { gpio, loop, machine } = this;
    return { gpio, loop, clock: machine.clock, rests: this.rests, report: reportTo(lines) };
  }

  sampler(address: number): AdsSampler {
    const known = this.samplers.get(address);
    if (known) return known;
    const { loop, machine, hardware } = this;
    const rest = this.rests.of(i2cBusName(hardware.i2cBus ?? 0));
    // What it has to tell of comes with its samples, too.
    const made = new AdsSampler(machine.i2c, address, { loop, clock: machine.clock, rest, report: () => {} });
    this.samplers.set(address, made);
    return made;
  }

  /** Opens the bus and tells how that went, once. */
  async openBus(bus: SerialBusWiring): Promise<void> {
    const { findings, machine } = this;
    const { name, path, baudRate, parity, stopBits } = bus;
    try {
      this.opened.set(name, { line: await machine.serialLine(bus) });
      findings.ok(
        `serial bus ${name}`,
        `${path} opened, ${baudRate} baud, parity ${parity}, ${stopBits} stop bit${stopBits === 1 ? '' : 's'}`,
      );
    } catch (error) {
      this.opened.set(name, { error });
      findings.fail(`serial bus ${name}`, error);
    }
  }

  /** Throws why its bus could not be opened, or why the meter cannot be; undefined where none is wired. */
  meterOf(connector: BoardConnector, report: ReportTrouble): EnergyMeter | undefined {
    const opened = this.opened.get(connector.socket.wiring?.meter?.bus ?? '');
    if (opened && 'error' in opened) throw opened.error;
    return this.meters.meterOf(connector, report);
  }

  /** The line that is open, and another one only after that was lost: a port is not free the moment it is closed. */
  private async lineOf(bus: SerialBusWiring): Promise<SerialLine> {
    const opened = this.opened.get(bus.name);
    const line = opened && 'line' in opened ? opened.line : undefined;
    this.opened.set(bus.name, { line: undefined });
    return line ?? this.machine.serialLine(bus);
  }

  wait(ms: number): Promise<void> {
    const { clock } = this.machine;
    return new Promise((resolve) => clock.at(clock.now() + ms, resolve));
  }

  /** The first value that is accepted; undefined when none comes within `withinMs`. */
  first<T>(
    part: { watch(listener: Listener<T>): Cancel },
    accept: (value: T) => boolean,
    withinMs = sampleWithinMs,
  ): Promise<{ value: T } | undefined> {
    const { clock } = this.machine;
    return new Promise((resolve) => {
      const end = (result: { value: T } | undefined): void => {
        cancelTimer();
        cancelWatch();
        resolve(result);
      };
      const cancelTimer = clock.at(clock.now() + withinMs, () => end(undefined));
      const cancelWatch = part.watch((value) => {
        if (accept(value)) end({ value });
      });
    });
  }

  /** `GPIO17` on the header of a Raspberry Pi, `slow 8` elsewhere. */
  lineName({ chip, line }: LineWiring): string {
    const [header] = this.hardware.gpioChips;
    const onHeader = chip === header?.name && header.labels.some((label) => label.startsWith('pinctrl-'));
    return onHeader ? `GPIO${line}` : `${chip} ${line}`;
  }

  /** An output at rest: `GPIO17 low`. */
  restOf(line: LineWiring): string {
    return `${this.lineName(line)} ${line.activeLow ? 'high' : 'low'}`;
  }

  release(): void {
    this.loop.stop();
    for (const sampler of this.samplers.values()) sampler.release();
    this.meters.close();
    for (const opened of this.opened.values()) if ('line' in opened) opened.line?.close();
    this.machine.i2c.close();
  }
}

/** Gathers the lines of what a part reports. */
export function reportTo(lines: string[]): ReportTrouble {
  return ({ text }) => void lines.push(text);
}

/** Takes each line at rest and lets go of it: it is there, and free. */
export function checkOutputs(tools: CheckTools, part: string, lines: { [role: string]: LineWiring | undefined }): void {
  const texts: string[] = [];
  for (const [role, line] of Object.entries(lines)) {
    if (!line) continue;
    try {
      tools.gpio.output(line).release();
      texts.push(`${role} ${tools.restOf(line)}`);
    } catch (error) {
      tools.findings.fail(part, error);
      return;
    }
  }
  tools.findings.ok(part, `at rest: ${texts.join(', ')}`);
}
