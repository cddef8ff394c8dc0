/** Builds the plain board of a test bench: one or two equal Type 2 outlets, without a file. */
import { type Board, type BoardPoint, exampleSerialNumber, type Side } from '../board';
import { GreenupError } from '../errors';
import { boardDefaults, identityCharactersMax, identityPattern } from './board-schema';

export interface PlainIdentity {
  /** At most 20 characters. */
  vendor?: string;
  /** At most 20 characters. */
  model?: string;
  /** At most 25 characters. */
  serial?: string;
  /** At most 50 characters. */
  firmware?: string;
}

export interface PlainBoardWishes {
  connectors: 1 | 2;
  /** For each connector whether its cable is attached for good; default false. */
  fixedCable?: readonly boolean[];
  identity?: PlainIdentity;
}

/** Type 2 ends here (IEC 62196-2). */
const plainCurrentA = 63;
const sides: readonly Side[] = ['right', 'left'];

const identityFields = [
  { wish: 'vendor', field: 'vendor', byDefault: 'Legrand' },
  { wish: 'model', field: 'model', byDefault: '059004' },
  { wish: 'serial', field: 'serialNumber', byDefault: exampleSerialNumber },
  { wish: 'firmware', field: 'firmwareVersion', byDefault: undefined },
] as const;

/**
 * A board of one or two three-phase 63 A Type 2 outlets, each a point of its own (right, then left), with a card reader
 * and, unless its cable is fixed, a plug lock. Identity texts lose blanks at their ends; what is left out is as in the
 * guide's BootNotification, but for the firmware's version, which is then that of the release that runs. Throws GreenupError `config.invalid` when a text is empty, too long for OCPP 1.6 (6.1) or
 * not printable ASCII, or when `connectors` is neither 1 nor 2.
 */
export function plainBoard(wishes: PlainBoardWishes): Board {
  if (wishes.connectors !== 1 && wishes.connectors !== 2) {
    throw new GreenupError('config.invalid', `connectors: found ${String(wishes.connectors)}; must be 1 or 2`);
  }
  return {
    name: `plain-${wishes.connectors}`,
    drivers: 'simulated',
    ...identityOf(wishes.identity ?? {}),
    nominalVoltageV: boardDefaults.nominalVoltage,
    points: sides
      .slice(0, wishes.connectors)
      .map((side, index) => plainPoint(side, wishes.fixedCable?.[index] ?? false)),
  };
}

function plainPoint(side: Side, fixedCable: boolean): BoardPoint {
  return {
    side,
    installationCurrentA: plainCurrentA,
    cardReader: true,
    indicator: true,
    sockets: [
      {
        mode: 'mode3',
        phases: 3,
        ratedCurrentA: plainCurrentA,
        ...(fixedCable ? { tetheredCableA: plainCurrentA } : {}),
        lock: !fixedCable,
        plugDetector: false,
        residualCurrentMonitor: boardDefaults.residualCurrentMonitor,
        thermometer: boardDefaults.thermometer,
        ventilation: boardDefaults.ventilation,
      },
    ],
  };
}

type IdentityOfBoard = Pick<Board, (typeof identityFields)[number]['field']>;

function identityOf(wished: PlainIdentity): IdentityOfBoard {
  const identity: IdentityOfBoard = { vendor: '', model: '', serialNumber: '' };
  for (const { wish, field, byDefault } of identityFields) {
    const text = (wished[wish] ?? byDefault)?.trim();
    if (text === undefined) continue;
    const charactersMax = identityCharactersMax[field];
    if (text.length > charactersMax || !new RegExp(identityPattern).test(text)) {
      throw new GreenupError(
        'config.invalid',
        `${wish}: found ${JSON.stringify(text)} (${text.length} characters); must be 1 to ${charactersMax} characters of printable ASCII`,
      );
    }
    identity[field] = text;
  }
  return identity;
}
