/** What a hand does to the parts of one connector of a rig: a row for each act, and what speaks against it. */
import type { RigAct, RigOutcome } from '../../control/pages/armed-rig';
import { indicatorPatterns, type PilotOutput } from '../../hal/parts';
import { partNames } from '../../hal/trouble';
import type { ContactorGuard } from './guard';
import { type Hand, keyHint } from './hand';
import type { BenchConnector, ConnectorModel, ViewedPart } from './model';

/** Offers of 6 to 80 A (IEC 61851-1, Table A.7), and how far an act goes, in percent of the period. */
export const dutyRange = { lowest: 10, highest: 96, step: 5 } as const;

/** One connector: its parts, and what is known of them. */
export interface Row {
  bench: BenchConnector;
  model: ConnectorModel;
}

/** Where an act is done, and by whom. */
export interface Worked {
  row: Row;
  /** All of the rig. */
  rows: readonly Row[];
  guard: ContactorGuard;
  hand: Hand;
  say(text: string, kind?: RigOutcome['kind']): void;
  /** Something else is driven now. */
  driven(model: ConnectorModel): void;
}

export const acts: Readonly<Record<RigAct, (at: Worked) => void>> = {
  moreDuty: (at) => changeDuty(at, 1),
  lessDuty: (at) => changeDuty(at, -1),
  steady: (at) => drive(at, { kind: 'steady' }),
  unavailable: (at) => drive(at, { kind: 'unavailable' }),
  lock: (at) => moveLock(at, 'lock'),
  unlock: (at) => moveLock(at, 'unlock'),
  testResidual: (at) => {
    if (lacks(at, 'residual') || isClosed(at)) return;
    at.row.bench.parts.residual?.selfTest();
    told(at, 'self test of the RCM was started');
  },
  resetResidual: (at) => {
    if (lacks(at, 'residual')) return;
    at.row.bench.parts.residual?.reset();
    told(at, 'RCM reset was commanded');
  },
  nextPattern,
  closeContactor: ({ guard, row, hand }) => guard.wish(row.bench.parts.contactor, row.model, hand),
  openContactor: (at) => {
    const { guard, row } = at;
    guard.open(row.model.connectorId, 'by hand');
    row.bench.parts.contactor.open();
    told(at, 'contactor was commanded open');
  },
};

/** Begins at 10 %, whichever way, and stays between 10 and 96 %. */
function changeDuty(at: Worked, direction: 1 | -1): void {
  const { driven } = at.row.model;
  const { lowest, highest, step } = dutyRange;
  const wanted = driven.kind === 'pwm' ? driven.dutyPercent + direction * step : lowest;
  drive(at, { kind: 'pwm', dutyPercent: Math.min(highest, Math.max(lowest, wanted)) });
}

function drive(at: Worked, output: PilotOutput): void {
  const { bench, model } = at.row;
  if (lacks(at, 'pilot') || bench.parts.mode !== 'mode3') return;
  model.driven = output;
  bench.parts.pilot.drive(output);
  at.driven(model);
  told(at, `pilot ${output.kind === 'pwm' ? `duty ${output.dutyPercent} %` : output.kind}`);
}

function moveLock(at: Worked, goal: 'lock' | 'unlock'): void {
  const { parts } = at.row.bench;
  if (lacks(at, 'lock') || parts.mode !== 'mode3' || isClosed(at)) return;
  parts.lock?.[goal]();
  told(at, `${goal} was commanded`);
}

function nextPattern(at: Worked): void {
  const { row, rows } = at;
  const { indicator } = row.bench;
  if (!indicator) {
    refused(at, 'its point has no indicator');
    return;
  }
  const shown = indicatorPatterns.indexOf(row.model.indicator ?? 'off');
  const next = indicatorPatterns[(shown + 1) % indicatorPatterns.length] ?? 'off';
  // Connectors of one point share it.
  for (const other of rows) if (other.bench.indicator === indicator) other.model.indicator = next;
  indicator.show(next);
  told(at, `indicator shows ${next}`);
}

/** The lack is told. */
function lacks(at: Worked, part: ViewedPart): boolean {
  const presence = at.row.model.has[part];
  if (presence === 'there') return false;
  const name = partNames[part];
  refused(at, presence === 'none' ? `it has no ${name}` : `its ${name} could not be set up`);
  return true;
}

/** What is not done behind closed contacts is told. */
function isClosed(at: Worked): boolean {
  if (at.guard.remainingS(at.row.model.connectorId) === undefined) return false;
  refused(at, `refused while its contactor is closed: open it first${keyHint(at.hand, ' (o)')}`);
  return true;
}

function told({ say, row }: Worked, text: string): void {
  say(`connector ${row.model.connectorId}: ${text}`);
}

function refused({ say, row }: Worked, text: string): void {
  say(`connector ${row.model.connectorId}: ${text}`, 'refused');
}
