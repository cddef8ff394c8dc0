/** What the first page shows beside the state of the sockets: energy of today, and the last fault that is over. */
import { energySince } from '../../local/energy-since';
import type { RunningStation } from '../../main';
import { transactionOf } from '../../station/types';
import { type PageSpell, spellOf } from './diagnostics';

export interface HomeFigures {
  /** By connector, in Wh; null while nobody knows the time. */
  todayWh: ReadonlyMap<number, number> | null;
  /** By connector; 0: the station as a whole. */
  lastFaults: ReadonlyMap<number, PageSpell>;
}

export function homeFigures(running: RunningStation): HomeFigures {
  return { todayWh: energyOfToday(running), lastFaults: lastFaults(running) };
}

/** Of the day of the machine's clock and its time zone. */
function energyOfToday({ station, clock, local, chargePoint }: RunningStation): Map<number, number> | null {
  const unixMs = clock.systemTime();
  if (unixMs === undefined) return null;
  const midnight = new Date(unixMs).setHours(0, 0, 0, 0);
  const today = new Map(station.config.connectors.map(({ connectorId }) => [connectorId, 0]));
  const add = (connectorId: number, energyWh: number): unknown =>
    today.set(connectorId, (today.get(connectorId) ?? 0) + energyWh);
  for (const charge of local.history.list) {
    // One that was dated by a clock that was wrong may stand between them.
    if (charge.endedAt === null || charge.endedAt <= midnight) continue;
    add(charge.connectorId, energySince(midnight, charge, local.curveOf(charge.key)));
  }
  for (const { session, report } of station.state.connectors) {
    const tx = transactionOf(session);
    if (!tx) continue;
    const startedAt = (tx.startedAt > 0 ? chargePoint.unixAt(tx.startedAt) : undefined) ?? null;
    const energyWh = Math.max(0, (report?.meter?.reading.energyWh ?? tx.lastWh) - tx.meterStartWh);
    add(tx.connectorId, energySince(midnight, { startedAt, endedAt: unixMs, energyWh }, local.curveOf(tx.key)));
  }
  return today;
}

function lastFaults({ events }: RunningStation): Map<number, PageSpell> {
  const over = events.faultSpells.filter(({ isPresent }) => !isPresent);
  // The newest is the first: what is set last stays.
  return new Map(over.reverse().map((spell) => [spell.connectorId, spellOf(spell)]));
}
