/** Tries the parts of one socket outlet on a rig, without energising anything: a finding for each part. */
import { GpioContactor } from '../../drivers/pi/contactor';
import { GpioLock } from '../../drivers/pi/lock';
import { PwmPilot } from '../../drivers/pi/pilot';
import { GpioPlugDetector } from '../../drivers/pi/plug';
import { AdsProximity } from '../../drivers/pi/proximity';
import { GpioResidualMonitor } from '../../drivers/pi/residual';
import { AdsThermometer } from '../../drivers/pi/thermometer';
import type { BoardConnector } from '../../hal/connectors';
import type { ProximityReading, ResidualCurrentReading } from '../../hal/parts';
import type {
  ContactorWiring,
  DividerWiring,
  EmulatorWiring,
  LineWiring,
  LockWiring,
  MeterWiring,
  PilotWiring,
  ResidualWiring,
  ThermometerWiring,
} from '../../hal/wiring';
import { cableOf } from '../../station/socket/proximity';
import { timings } from '../../station/socket/timings';
import { celsiusWords, meterWords, proximityWords } from '../readings-text';
import { type PilotContact, tryPilot } from './pilot';
import { type CheckTools, checkOutputs, reportTo } from './tools';

/** In the order of the board file's rows. */
export async function checkSocket(tools: CheckTools, connector: BoardConnector): Promise<void> {
  const { wiring } = connector.socket;
  if (!wiring) return;
  const check = new SocketCheck(tools, connector);
  await check.contactor(wiring.contactor);
  const contact = wiring.proximity && (await check.proximity(wiring.proximity));
  if (wiring.pilot) await check.pilot(wiring.pilot, wiring.proximity ? (contact ?? 'unknown') : 'not wired');
  if (wiring.lock) await check.lock(wiring.lock);
  if (wiring.plug) await check.plug(wiring.plug);
  if (wiring.residual) await check.residual(wiring.residual);
  if (wiring.thermometer) await check.thermometer(wiring.thermometer);
  if (wiring.meter) await check.meter(wiring.meter);
  if (wiring.emulator) check.emulator(wiring.emulator);
}

class SocketCheck {
  private readonly findings: CheckTools['findings'];
  private readonly name: string;

  constructor(
    private readonly tools: CheckTools,
    private readonly connector: BoardConnector,
  ) {
    this.findings = tools.findings;
    this.name = `connector ${connector.connectorId}`;
  }

  /** The coil is taken at rest and stays so. */
  contactor(wiring: ContactorWiring): Promise<void> {
    return this.with(
      'contactor',
      (lines) => new GpioContactor(wiring, this.tools.context(lines)),
      async (part, lines, contactor) => {
        const seen = await this.tools.first(contactor, (value) => value !== 'unknown');
        const rest = `coil ${this.tools.restOf(wiring.coil)}`;
        if (seen?.value === 'open') this.findings.ok(part, `${rest}, feedback open`);
        else if (seen?.value === 'closed') {
          const feedback = this.tools.lineName(wiring.feedback);
          this.findings.wrong(
            part,
            `${rest}, but feedback ${feedback} says closed: the contact is welded, or the wire is broken, or activeLow is wrong`,
          );
        } else this.findings.failOr(part, lines[0], `${rest}, but the feedback cannot be read`);
      },
    );
  }

  /** The reading; undefined when there is none. */
  async proximity(wiring: DividerWiring): Promise<ProximityReading | undefined> {
    const { tools, findings } = this;
    const { clock } = tools.machine;
    let reading: ProximityReading | undefined;
    const make = () => new AdsProximity({ wiring, sampler: (address) => tools.sampler(address), clock });
    await this.with('proximity', make, async (part, _lines, contact) => {
      reading = (await tools.first(contact, () => true))?.value;
      if (reading === undefined) findings.wrong(part, 'no reading came');
      else if (reading.kind === 'invalid') findings.fail(part, reading.reason);
      else if (cableOf(reading).kind === 'invalid') findings.note(part, proximityWords(reading));
      else findings.ok(part, proximityWords(reading));
    });
    return reading;
  }

  /** Lets go with −12 V on the wire. */
  pilot(wiring: PilotWiring, contact: PilotContact): Promise<void> {
    const { tools } = this;
    const { clock } = tools.machine;
    const make = (lines: string[]) => {
      const report = reportTo(lines);
      const { chip, channel } = wiring.pwm;
      const pwm = tools.machine.pwm({ root: tools.hardware.pwmRoot, chip, channel, report });
      return new PwmPilot({ wiring, pwm, sampler: (address) => tools.sampler(address), clock, report });
    };
    return this.with('pilot', make, (part, _lines, pilot) => tryPilot({ tools, part, wiring, pilot, contact }));
  }

  /** The bolt is not moved. */
  lock(wiring: LockWiring): Promise<void> {
    return this.with(
      'lock',
      (lines) => new GpioLock(wiring, this.tools.context(lines)),
      async (part, lines, lock) => {
        const seen = await this.tools.first(lock, (value) => value !== 'unknown');
        if (seen?.value === 'unlocked') this.findings.ok(part, 'unlocked; it was not moved');
        else if (seen) this.findings.note(part, `${seen.value}; it was not moved`);
        else this.findings.failOr(part, lines[0], 'its switch cannot be read');
      },
    );
  }

  plug(wiring: LineWiring): Promise<void> {
    const make = (lines: string[]) => new GpioPlugDetector(wiring, this.tools.context(lines));
    return this.with('plug detector', make, async (part, lines, detector) => {
      const seen = await this.tools.first(detector, () => true);
      const [line] = lines;
      if (line !== undefined || !seen) this.findings.failOr(part, line, 'no reading came');
      else this.findings.ok(part, seen.value ? 'a plug is in' : 'no plug');
    });
  }

  residual(wiring: ResidualWiring): Promise<void> {
    const { tools, findings } = this;
    const make = (lines: string[]) => new GpioResidualMonitor(wiring, tools.context(lines));
    return this.with('residual current monitor', make, async (part, lines, monitor) => {
      const before = await tools.first(monitor, () => true);
      if (!before || before.value.tripped) {
        const trip = tools.lineName(wiring.trip);
        findings.failOr(part, lines[0], `tripped before the test: reset it, or is activeLow of ${trip} wrong?`);
        return;
      }
      const result = tools.first(
        monitor,
        ({ test }) => test === 'passed' || test === 'failed',
        timings.residualTestTimeoutMs,
      );
      monitor.selfTest();
      const after = (await result)?.value;
      if (after?.test === 'passed') findings.ok(part, 'self test passed: it tripped (a click) and the trip went again');
      else findings.failOr(part, lines[0], failedTest(after));
    });
  }

  thermometer(wiring: ThermometerWiring): Promise<void> {
    const { tools, findings } = this;
    const { clock } = tools.machine;
    const make = () => new AdsThermometer({ wiring, sampler: (address) => tools.sampler(address), clock });
    return this.with('thermometer', make, async (part, _lines, thermometer) => {
      const celsius = (await tools.first(thermometer, () => true))?.value;
      if (celsius === undefined)
        findings.failOr(
          part,
          tools.lostConverters.get(wiring.address),
          `no temperature: is the sensor open or shorted? See A${wiring.input} of the ADC above`,
        );
      else findings.ok(part, celsiusWords(celsius));
    });
  }

  async meter({ bus, unit }: MeterWiring): Promise<void> {
    const { tools, findings } = this;
    const part = `${this.name} meter`;
    const lines: string[] = [];
    try {
      const reading = await tools.meterOf(this.connector, reportTo(lines))?.read();
      if (reading === undefined) return;
      const text = `unit ${unit} on bus ${bus}: ${meterWords(reading)}`;
      if (lines.length === 0) findings.ok(part, text);
      else findings.note(part, `${text}; ${lines.join('; ')}`);
    } catch (error) {
      findings.fail(part, error);
    }
  }

  /** Its relays are taken at rest: nothing is plugged in. */
  emulator(wiring: EmulatorWiring): void {
    checkOutputs(this.tools, `${this.name} emulator`, { ...wiring });
  }

  /** Makes the part, tries it, and lets go of it whatever happens; what cannot be made is a finding. */
  private async with<T extends { release(): void }>(
    what: string,
    make: (lines: string[]) => T,
    trial: (part: string, lines: string[], made: T) => Promise<void>,
  ): Promise<void> {
    const part = `${this.name} ${what}`;
    const lines: string[] = [];
    let made: T;
    try {
      made = make(lines);
    } catch (error) {
      this.findings.fail(part, error);
      return;
    }
    try {
      await trial(part, lines, made);
    } finally {
      made.release();
    }
  }
}

function failedTest(after: ResidualCurrentReading | undefined): string {
  if (!after) return 'self test: no result came';
  return after.tripped
    ? 'self test failed: the trip did not go again after the test'
    : 'self test failed: it did not trip; check the test wire and its supply';
}
