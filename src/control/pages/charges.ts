/** What the pages see of charges, those that run and those that ended: of every mode, with cards masked. */
import { type CentralDelivery, type Charge, chargedIn } from '../../local/charge-history';
import type { PowerCurve } from '../../local/power-curve';
import type { RunningStation } from '../../main';
import { maskedCard } from '../../ocpp/frames/masking';
import { type ChargingMode, transactionOf } from '../../station/types';
import { chargeTable } from '../charge-table';

export interface PageCharge {
  /** The station's own name of it. */
  key: string;
  connectorId: number;
  kind: 'T2S' | '2P+E';
  mode: ChargingMode;
  /** Its last characters; empty where everybody may charge. */
  card: string;
  /** Unix time in ms; null where the station did not know the time, or has no end yet. */
  startedAt: number | null;
  endedAt: number | null;
  durationS: number | null;
  energyWh: number;
  /** null: it runs. */
  reason: string | null;
  hasCurve: boolean;
  /** null: no central system, or an entry of an older release. */
  central: CentralDelivery | null;
  /** Messages to the central system that wait. */
  waiting: number;
}

export interface PageCharges {
  /** Those that are kept, and what they took together. */
  count: number;
  energyWh: number;
  /** Those that run, then the newest. */
  charges: readonly PageCharge[];
}

/** undefined while the station starts or ends, of a curve also where none is kept. */
export interface ChargesForPages {
  list(): PageCharges | undefined;
  curve(key: string): PowerCurve | undefined;
  /** All that are kept, as CSV (RFC 4180). */
  csv(): string | undefined;
}

/** A page shows so many; the CSV has all. */
export const shownChargesMax = 200;

export function pageCharges(present: () => RunningStation | undefined): ChargesForPages {
  return {
    list: () => {
      const running = present();
      return running && listOf(running);
    },
    curve: (key) => present()?.local.curveOf(key),
    csv: () => {
      const running = present();
      return running && chargeTable(running.local.history.list, maskedCard);
    },
  };
}

/** Another number when the list is another one. */
export function chargesRevision({ local, station }: RunningStation): number {
  return local.history.revision + station.state.nextTransaction;
}

function listOf(running: RunningStation): PageCharges {
  const { list } = running.local.history;
  const ended = list.slice(0, shownChargesMax).map((charge) => endedCharge(running, charge));
  return {
    count: list.length,
    energyWh: list.reduce((sum, { energyWh }) => sum + energyWh, 0),
    charges: [...runningCharges(running), ...ended],
  };
}

function endedCharge(running: RunningStation, charge: Charge): PageCharge {
  const { token, durationS = null, central = null, ...rest } = charge;
  return {
    ...rest,
    kind: kindOf(running, charge.connectorId),
    card: token === '' ? '' : maskedCard(token),
    durationS,
    hasCurve: running.local.history.curveOf(charge.key) !== undefined,
    central,
    waiting: running.chargePoint.outbox.waitingOf(charge.key),
  };
}

function runningCharges(running: RunningStation): PageCharge[] {
  const { station, chargePoint, local, clock } = running;
  const view = running.view();
  return station.state.connectors.flatMap(({ session }, index): PageCharge[] => {
    const tx = transactionOf(session);
    const transaction = view.connectors[index]?.transaction;
    if (!tx || !transaction) return [];
    const isOfThisBoot = tx.startedAt > 0;
    return [
      {
        key: tx.key,
        connectorId: tx.connectorId,
        kind: kindOf(running, tx.connectorId),
        mode: chargedIn(tx),
        card: tx.token === '' ? '' : maskedCard(tx.token),
        startedAt: (isOfThisBoot ? chargePoint.unixAt(tx.startedAt) : undefined) ?? null,
        endedAt: null,
        durationS: isOfThisBoot ? Math.round((clock.now() - tx.startedAt) / 1_000) : null,
        energyWh: transaction.energyWh,
        reason: null,
        hasCurve: local.curveOf(tx.key) !== undefined,
        central: tx.local ? null : local.history.deliveryOf(tx.key),
        waiting: chargePoint.outbox.waitingOf(tx.key),
      },
    ];
  });
}

function kindOf({ station }: RunningStation, connectorId: number): PageCharge['kind'] {
  return station.config.connectors[connectorId - 1]?.socket.mode === 'mode3' ? 'T2S' : '2P+E';
}
