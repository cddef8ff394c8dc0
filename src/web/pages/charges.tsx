/** The page "Charges": what runs and what was charged, what the central system heard of it, and how the power was drawn. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { PageCharge, PageCharges } from '../../control/pages/charges';
import type { PageView } from '../../control/pages/page-view';
import type { CentralDelivery } from '../../local/charge-history';
import type { PowerCurve as Curve } from '../../local/power-curve';
import { chargeWords } from './charges.words';
import { fileTime, saveFile } from './lists';
import { State, Title, useFetched } from './parts';
import { PowerCurve } from './power-curve';
import { fetched, language, said, words } from './state';
import { duration, instant, wholeInstant } from './times';

export function Charges({ view }: { view: PageView }): JSX.Element {
  const { title, total, kept, shown, empty, csv } = said(chargeWords);
  // What runs has another energy now and then, and with it another duration.
  const energies = view.sides.flatMap(({ connectors }) => connectors.map(({ energyWh }) => energyWh));
  const told = useFetched<PageCharges>('/api/charges', `${view.revisions.charges} ${energies.join(' ')}`);
  const download = async (): Promise<void> => {
    const table = await fetched<{ csv: string }>('/api/charges/csv');
    if (table) saveFile(`greenup-charges-${fileTime()}.csv`, 'text/csv', table.csv);
  };
  return (
    <>
      <Title>{title}</Title>
      {told && told.charges.length === 0 && <p class="told">{empty}</p>}
      {told && told.count > 0 && (
        <p>
          {total(told.count, kWh(told.energyWh))} <span class="soft">{kept}</span>
        </p>
      )}
      {told && told.count > 0 && (
        <div class="acts">
          <button type="button" class="act" onClick={download}>
            {csv}
          </button>
        </div>
      )}
      {told && told.charges.length > 0 && (
        <section class="card list">
          <Heads />
          <ol>
            {told.charges.map((charge) => (
              <Row key={charge.key} charge={charge} />
            ))}
          </ol>
        </section>
      )}
      {told && told.count > told.charges.length && <p class="soft small">{shown(told.charges.length)}</p>}
    </>
  );
}

function kWh(energyWh: number): string {
  const digits = { minimumFractionDigits: 2, maximumFractionDigits: 2 };
  return (energyWh / 1_000).toLocaleString(language.value, digits);
}

function Heads(): JSX.Element {
  const { time, socket, energy, duration: long, card } = said(chargeWords);
  return (
    <p class="list-line charge-line heads soft small" aria-hidden="true">
      <span>{time}</span>
      <span>{socket}</span>
      <span class="number">{energy}</span>
      <span class="number">{long}</span>
      <span>{card}</span>
    </p>
  );
}

function Row({ charge }: { charge: PageCharge }): JSX.Element {
  const { runs, unknown, delivered } = said(chargeWords);
  const isOpen = useSignal(false);
  const { startedAt, connectorId, kind, energyWh, durationS, card, reason, waiting } = charge;
  return (
    <li>
      <button
        type="button"
        class="list-line charge-line"
        aria-expanded={isOpen.value}
        onClick={() => {
          isOpen.value = !isOpen.value;
        }}
      >
        <span class="time">{startedAt === null ? unknown : instant(startedAt)}</span>
        <span class="what">{words().socket(words().kinds[kind], connectorId)}</span>
        <strong class="number energy">
          {kWh(energyWh)} <span class="unit">kWh</span>
        </strong>
        <span class="number long">{durationS === null ? unknown : duration(durationS)}</span>
        <span class="rest">
          {card}{' '}
          {reason === null ? (
            <State tone="go">{runs}</State>
          ) : (
            waiting > 0 && <State tone="wait">{delivered.waits}</State>
          )}
        </span>
      </button>
      {isOpen.value && <Detail charge={charge} />}
    </li>
  );
}

function Detail({ charge }: { charge: PageCharge }): JSX.Element {
  const phrases = said(chargeWords);
  const { mode: modes } = words();
  const { startedAt, endedAt, card, mode, reason, durationS, central, waiting } = charge;
  const at = (time: number | null): string => (time === null ? phrases.unknown : wholeInstant(time));
  const names = { ...modes.names, none: modes.says.none };
  return (
    <div class="detail">
      <dl class="rows">
        <dt>{phrases.time}</dt>
        <dd>{at(startedAt)}</dd>
        <dt>{phrases.end}</dt>
        <dd>{reason === null ? phrases.runs : at(endedAt)}</dd>
        <dt>{phrases.duration}</dt>
        <dd>{durationS === null ? phrases.unknown : duration(durationS)}</dd>
        <dt>{phrases.card}</dt>
        <dd>{card === '' ? phrases.noCard : card}</dd>
        <dt>{phrases.mode}</dt>
        <dd>{names[mode]}</dd>
        {reason !== null && <dt>{phrases.reason}</dt>}
        {reason !== null && (
          <dd>{reason in phrases.reasons ? phrases.reasons[reason as keyof typeof phrases.reasons] : reason}</dd>
        )}
      </dl>
      {central && <Central central={central} waiting={waiting} hasEnded={reason !== null} />}
      <Power charge={charge} />
    </div>
  );
}

function Central({
  central: { transactionId, start, stop },
  waiting,
  hasEnded,
}: {
  central: CentralDelivery;
  waiting: number;
  hasEnded: boolean;
}): JSX.Element {
  const { central: title, transaction, noId, starts, stops, delivered, waiting: waits } = said(chargeWords);
  const outcome = (one: CentralDelivery['start']): string => {
    if (one === null) return delivered.waits;
    return one.card === null ? delivered[one.how] : `${delivered[one.how]} (${one.card})`;
  };
  // The number that stands for none (OCPP 1.6, errata 3.18).
  const hasId = transactionId !== null && transactionId >= 0;
  return (
    <section>
      <h2>{title}</h2>
      <dl class="rows">
        <dt>{transaction}</dt>
        <dd>{hasId ? transactionId : noId}</dd>
        <dt>{starts}</dt>
        <dd>{outcome(start)}</dd>
        {hasEnded && <dt>{stops}</dt>}
        {hasEnded && <dd>{outcome(stop)}</dd>}
      </dl>
      {waiting > 0 && <p class="told wait small">{waits(waiting)}</p>}
    </section>
  );
}

function Power({ charge }: { charge: PageCharge }): JSX.Element {
  const { curve: phrases } = said(chargeWords);
  const { key, hasCurve, energyWh, durationS } = charge;
  const path = `/api/charges/curve?key=${encodeURIComponent(key)}`;
  const told = useFetched<{ curve: Curve | null }>(path, `${energyWh} ${durationS}`);
  return (
    <section class="wide">
      <h2>{phrases.title}</h2>
      {!hasCurve && <p class="soft">{phrases.none}</p>}
      {hasCurve && told?.curve && <PowerCurve curve={told.curve} />}
    </section>
  );
}
