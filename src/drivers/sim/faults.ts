/** The faults that the simulated world can have, as a table: where each can be and what it does. */
import { CommandRefusal } from '../../hal/command-refusal';
import { choicesFor } from '../../hal/suggest';

/** `mode3`: a Type 2 outlet; `socket`: any outlet; `point`: all outlets of one side; `station`: connector 0. */
export type FaultScope = 'mode3' | 'socket' | 'point' | 'station';

/** A part that not every board has. */
export type OptionalPart = 'lock' | 'proximity' | 'residual' | 'thermometer' | 'reader';

export interface FaultRow {
  scope: FaultScope;
  /** One line for help texts. */
  description: string;
  /** The part without which the fault cannot be. */
  needs?: OptionalPart;
  /** A fault that cannot be at the same time. */
  excludes?: string;
}

export const simulatedFaults = {
  pilotShort: { scope: 'mode3', description: 'pilot wire touches earth: 0 V (state E)' },
  pilotOpen: { scope: 'mode3', description: 'pilot wire is broken: looks like no vehicle' },
  diodeMissing: { scope: 'mode3', description: "vehicle's diode is missing: the negative half of the pilot is loaded" },
  proximityOpen: { scope: 'mode3', description: 'proximity contact is broken: no cable rating', needs: 'proximity' },
  lockJammed: { scope: 'mode3', description: 'plug lock stays where it is', needs: 'lock' },
  lockSwitchStuck: {
    scope: 'mode3',
    description: 'switch of the plug lock says locked wherever the bolt is',
    needs: 'lock',
  },
  welded: { scope: 'socket', description: 'contactor is closed and does not open', excludes: 'stuckOpen' },
  stuckOpen: { scope: 'socket', description: 'contactor is open and does not close', excludes: 'welded' },
  residualCurrent: { scope: 'socket', description: 'a residual current flows: the monitor trips', needs: 'residual' },
  residualTestFails: { scope: 'socket', description: 'self test of the residual monitor fails', needs: 'residual' },
  overCurrent: { scope: 'socket', description: 'vehicle draws 1.25 times what it may, and 3 A more' },
  overTemperature: { scope: 'socket', description: 'the outlet is at 80 °C', needs: 'thermometer' },
  thermometerSilent: { scope: 'socket', description: 'the thermometer does not answer', needs: 'thermometer' },
  meterSilent: { scope: 'socket', description: 'the energy meter does not answer' },
  meterAbsurd: { scope: 'socket', description: 'the energy meter answers nonsense' },
  readerAbsent: { scope: 'point', description: 'the card reader does not answer', needs: 'reader' },
  supplyLost: { scope: 'station', description: 'mains supply is lost: contactors drop' },
  underVoltage: { scope: 'station', description: 'mains at 180 V', excludes: 'overVoltage' },
  overVoltage: { scope: 'station', description: 'mains at 265 V', excludes: 'underVoltage' },
} as const satisfies Record<string, FaultRow>;

/** A fault of the world; which of them can be at a place depends on the parts of its outlet. */
export type SimulatedFault = keyof typeof simulatedFaults;

export const faultKinds = Object.keys(simulatedFaults) as SimulatedFault[];

export function isFaultKind(kind: string): kind is SimulatedFault {
  return Object.hasOwn(simulatedFaults, kind);
}

/** What a place in the world has to offer to faults. */
export interface FaultPlace {
  /** For messages, such as `connector 2`. */
  name: string;
  scopes: readonly FaultScope[];
  parts: readonly OptionalPart[];
  present: ReadonlySet<SimulatedFault>;
}

/** Faults that can be at a place. */
export function faultsPossible(place: FaultPlace): SimulatedFault[] {
  return faultKinds.filter((kind) => {
    const row: FaultRow = simulatedFaults[kind];
    return place.scopes.includes(row.scope) && (row.needs === undefined || place.parts.includes(row.needs));
  });
}

/** Throws `command.invalid`, naming the faults that can be, unless `kind` can be at `place`. */
export function checkFault(place: FaultPlace, kind: string, present: boolean): asserts kind is SimulatedFault {
  const possible = faultsPossible(place);
  if (!isFaultKind(kind)) {
    throw new CommandRefusal(
      'faultUnknown',
      `${place.name}: there is no fault ${kind}; ${choicesFor(kind, possible, 'here')}`,
    );
  }
  const row: FaultRow = simulatedFaults[kind];
  if (!possible.includes(kind)) refuse(reasonAgainst(place, kind, row), place, possible);
  if (present && row.excludes !== undefined && isFaultKind(row.excludes) && place.present.has(row.excludes)) {
    throw new CommandRefusal(
      'excluded',
      `${place.name}: ${kind} cannot be together with ${row.excludes}: clear ${row.excludes} first`,
    );
  }
}

function reasonAgainst(place: FaultPlace, kind: SimulatedFault, row: FaultRow): string {
  if (row.scope === 'station') return `fault ${kind} concerns the whole station: give it for connector 0`;
  if (place.scopes.includes('station')) return `fault ${kind} concerns one connector: give its number, not 0`;
  if (row.scope === 'mode3' && !place.scopes.includes('mode3')) return `fault ${kind} needs a Type 2 outlet (Mode 3)`;
  return `fault ${kind} needs a ${row.needs ?? row.scope}, which is not there`;
}

function refuse(reason: string, place: FaultPlace, possible: readonly string[]): never {
  throw new CommandRefusal('faultNotHere', `${place.name}: ${reason}; valid here: ${possible.join(', ')}`);
}
