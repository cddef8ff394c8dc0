/** The parts of a station's board as the pages show them: what each told last, since when it is so, and what is wrong. */
import type { Side } from '../../hal/board';
import type { MeterReading } from '../../hal/parts';
import type { PartName } from '../../hal/trouble';
import type { RunningStation } from '../../main';
import type { FaultId } from '../../station/faults';
import { ownFaults } from '../../station/latched';
import type { SocketFacts } from '../../station/notices';
import type { SocketReport } from '../../station/socket/types';

/** What a part tells in a word. `nothing`: it tells only when something is wrong. */
export type PartWord =
  | 'unknown'
  | 'nothing'
  | 'open'
  | 'closed'
  | 'locked'
  | 'unlocked'
  | 'plugged'
  | 'unplugged'
  | 'asks'
  | 'connected'
  | 'noVehicle';

/** Those of which the station knows something. */
export type ShownPart = Exclude<
  PartName,
  'emulator' | 'indicator' | 'resetButton' | 'pulse' | 'watchdog' | 'gpio' | 'analogInputs' | 'i2cBus' | 'serialBus'
>;

export type PartReading =
  | { kind: 'word'; word: PartWord }
  | { kind: 'cable'; amps: number }
  | { kind: 'temperature'; celsius: number }
  | ({ kind: 'meter' } & MeterReading);

export interface PagePart {
  part: ShownPart;
  /** 0: of the station as a whole, or of a side. */
  connectorId: number;
  side?: Side;
  reading: PartReading;
  /** Unix time in ms: of the reading of a meter, of the others since when they tell the same; null: nobody knows. */
  at: number | null;
  faults: readonly FaultId[];
}

/** Whose fault it is. */
const partOf: Readonly<Record<FaultId, ShownPart>> = {
  contactorWelded: 'contactor',
  contactorStuckOpen: 'contactor',
  contactorFell: 'contactor',
  voltageMissing: 'contactor',
  residualCurrent: 'residual',
  residualTestFailed: 'residual',
  lockFailed: 'lock',
  lockStuck: 'lock',
  unlockFailed: 'lock',
  cableChanged: 'proximity',
  proximityInvalid: 'proximity',
  diodeMissing: 'pilot',
  pilotShort: 'pilot',
  pilotInvalid: 'pilot',
  ventilationMissing: 'pilot',
  meterSilent: 'meter',
  energyUnmetered: 'meter',
  overCurrent: 'meter',
  overCurrentFast: 'meter',
  overVoltage: 'meter',
  underVoltage: 'meter',
  overTemperature: 'thermometer',
  thermometerSilent: 'thermometer',
  readerAbsent: 'cardReader',
  supplyLost: 'supply',
  loopStood: 'station',
  latchedUnread: 'station',
  internalError: 'station',
  otherError: 'station',
  weakSignal: 'station',
  resetFailure: 'station',
};

export function partsOf(running: RunningStation): PagePart[] {
  const { config } = running.station;
  return [
    ...config.connectors.flatMap(({ connectorId }) => partsOfConnector(running, connectorId)),
    ...stationParts(running),
  ];
}

function partsOfConnector(running: RunningStation, connectorId: number): PagePart[] {
  const { state, config } = running.station;
  const connector = state.connectors[connectorId - 1];
  const socket = config.connectors[connectorId - 1]?.socket;
  if (!connector || !socket) return [];
  const { report } = connector;
  const faults = ownFaults(connector);
  const isMode3 = socket.mode === 'mode3';
  const row = (part: ShownPart, reading: PartReading, at: number | null): PagePart => ({
    ...{ part, connectorId, reading, at },
    faults: faults.filter((fault) => partOf[fault] === part),
  });
  const said = (part: ShownPart, word: (report: SocketReport) => PartWord, field: keyof SocketFacts): PagePart =>
    row(part, { kind: 'word', word: report ? word(report) : 'unknown' }, sinceOf(running, connectorId, field));
  const rows: (PagePart | false)[] = [
    said('contactor', ({ contactor }) => contactor, 'contactor'),
    isMode3 && said('pilot', vehicleWord, report?.evConnected ? 'evRequests' : 'evConnected'),
    isMode3 && row('proximity', cableReading(report), sinceOf(running, connectorId, 'plugged')),
    (isMode3 || socket.plugDetector) && said('plug', ({ plugged }) => (plugged ? 'plugged' : 'unplugged'), 'plugged'),
    socket.lock && said('lock', ({ locked }) => (locked ? 'locked' : 'unlocked'), 'locked'),
    socket.residual && row('residual', { kind: 'word', word: report ? 'nothing' : 'unknown' }, null),
    socket.thermometer && row('thermometer', temperatureReading(report), null),
    row('meter', meterReading(report), meterAt(running, report)),
  ];
  return withOthers(
    rows.filter((part) => part !== false),
    connectorId,
    faults,
  );
}

/** Of what tells only when something is wrong, that which does. */
function withOthers(parts: readonly PagePart[], connectorId: number, faults: readonly FaultId[]): PagePart[] {
  const known = parts.map(({ part }) => part);
  const others = new Set(faults.map((fault) => partOf[fault]).filter((part) => !known.includes(part)));
  return [...parts, ...[...others].map((part) => silentPart(part, connectorId, faults))];
}

function silentPart(part: ShownPart, connectorId: number, faults: readonly FaultId[]): PagePart {
  return {
    ...{ part, connectorId, reading: { kind: 'word', word: 'nothing' }, at: null },
    faults: faults.filter((fault) => partOf[fault] === part),
  };
}

function stationParts({ station }: RunningStation): PagePart[] {
  const { faults } = station.state;
  return withOthers([silentPart('station', 0, faults)], 0, faults);
}

function vehicleWord({ evConnected, evRequests }: SocketReport): PartWord {
  if (!evConnected) return 'noVehicle';
  return evRequests ? 'asks' : 'connected';
}

function cableReading(report: SocketReport | undefined): PartReading {
  if (report?.cableA !== undefined) return { kind: 'cable', amps: report.cableA };
  return { kind: 'word', word: report ? 'unplugged' : 'unknown' };
}

function temperatureReading(report: SocketReport | undefined): PartReading {
  const celsius = report?.temperatureC;
  return celsius === undefined ? { kind: 'word', word: 'unknown' } : { kind: 'temperature', celsius };
}

function meterReading(report: SocketReport | undefined): PartReading {
  return report?.meter ? { kind: 'meter', ...report.meter.reading } : { kind: 'word', word: 'unknown' };
}

function meterAt({ chargePoint }: RunningStation, report: SocketReport | undefined): number | null {
  return (report?.meter && chargePoint.unixAt(report.meter.at)) ?? null;
}

/** The first of the newest notices in a row that all say the same of it. */
function sinceOf({ events }: RunningStation, connectorId: number, field: keyof SocketFacts): number | null {
  const told = events
    .recent()
    .flatMap(({ notice, unixMs }) =>
      notice?.kind === 'socketChanged' && notice.connectorId === connectorId ? [{ value: notice[field], unixMs }] : [],
    );
  const newest = told.at(-1);
  const other = told.findLastIndex(({ value }) => value !== newest?.value);
  return told[other + 1]?.unixMs ?? null;
}
