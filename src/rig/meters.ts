/** The energy meters of a board on their serial buses: those on one bus stand behind one master, which is opened at need. */
import { ModbusMeter } from '../drivers/pi/meter/modbus-meter';
import { loadMap } from '../drivers/pi/meter/register-map';
import { RtuMaster } from '../drivers/pi/meter/rtu-master';
import type { SerialLine } from '../drivers/pi/meter/serial-line';
import type { Clock } from '../hal/clock';
import type { BoardConnector } from '../hal/connectors';
import { GreenupError } from '../hal/errors';
import type { EnergyMeter } from '../hal/parts';
import { ofConnector, type ReportTrouble, troubleOf } from '../hal/trouble';
import type { SerialBusWiring } from '../hal/wiring';

export interface MeterBusesOptions {
  /** Of the board file. */
  serial: readonly SerialBusWiring[];
  clock: Clock;
  openLine(bus: SerialBusWiring): Promise<SerialLine>;
  /** Takes what is wrong with a bus or with a meter on it. */
  report: ReportTrouble;
}

export class MeterBuses {
  private readonly masters = new Map<string, RtuMaster>();

  constructor(private readonly options: MeterBusesOptions) {}

  /**
   * The meter of a connector; undefined where none is wired. Throws `board.invalid` when there is no such bus or register
   * map, or when the meter has too few phases. `report` takes what concerns this meter alone; default: all report to one.
   */
  meterOf({ connectorId, socket }: BoardConnector, report?: ReportTrouble): EnergyMeter | undefined {
    const { meter } = socket.wiring ?? {};
    if (!meter) return undefined;
    const { clock } = this.options;
    const { phases } = socket;
    return new ModbusMeter({
      master: this.master(meter.bus),
      unit: meter.unit,
      map: loadMap(meter.map),
      phases,
      clock,
      report: report ?? ofConnector(connectorId, this.options.report),
    });
  }

  /** As `meterOf`, but never throws: a meter that cannot be had is reported, and each reading of it rejects. */
  meterOrRefusal(connector: BoardConnector): EnergyMeter | undefined {
    try {
      return this.meterOf(connector);
    } catch (error) {
      ofConnector(connector.connectorId, this.options.report)(troubleOf('meter', error, 'notSetUp'));
      return { read: () => Promise.reject(error) };
    }
  }

  close(): void {
    for (const master of this.masters.values()) master.close();
  }

  private master(name: string): RtuMaster {
    const known = this.masters.get(name);
    if (known) return known;
    const { serial, clock, openLine, report } = this.options;
    const bus = serial.find((candidate) => candidate.name === name);
    if (!bus) throw new GreenupError('board.invalid', `there is no serial bus ${name}`);
    const made = new RtuMaster(() => openLine(bus), clock, { bus: name, baudRate: bus.baudRate, report });
    this.masters.set(name, made);
    return made;
  }
}
