/** What surrounds the station at the bench: cards, time, mains, network and power. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { BenchView } from '../../../control/pages/bench';
import { benchWords } from '../bench.words';
import { figure } from '../figures';
import { Field } from '../parts';
import { said } from '../state';
import { Act, BenchTold, useBench } from './bench-parts';
import { facts } from './bench-state';
import { Faults } from './outlet-panel';
import { whyNotAdvance, whyNotTap } from './why-not';

/** With the power off nothing is left but to switch it on. */
export function Around({ view }: { view: BenchView | { power: 'off' } }): JSX.Element {
  const { around } = said(benchWords);
  const { told, give } = useBench();
  if (view.power === 'on') {
    return (
      <div class="sides">
        <Cards view={view} />
        <Time view={view} />
        <Mains view={view} />
      </div>
    );
  }
  return (
    <section class="card">
      <div class="acts">
        <Act isFirst onAct={() => give('power', { state: 'on' })}>
          {around.restore}
        </Act>
      </div>
      <BenchTold {...told} />
    </section>
  );
}

const firstCard = '04A1B2C3';

function Cards({ view }: { view: BenchView }): JSX.Element {
  const { around } = said(benchWords);
  const { told, give } = useBench();
  const card = useSignal(firstCard);
  return (
    <section class="card" aria-labelledby="card-title">
      <h2 id="card-title">{around.cardTitle}</h2>
      <Field
        name="card"
        label={around.card}
        hint={around.cardHint}
        value={card.value}
        onValue={(text) => {
          card.value = text;
        }}
      />
      <div class="acts">
        {view.points.map((point) => (
          <Act
            key={point.side}
            isFirst
            why={whyNotTap(point)}
            onAct={() => give('tap', { card: card.value.trim(), side: point.side })}
          >
            {around.tap[point.side]}
          </Act>
        ))}
      </div>
      <BenchTold {...told} />
    </section>
  );
}

const speeds = [1, 10, 60, 300];
const stepsOfTime = [
  { ms: 1_000, text: '1 s' },
  { ms: 10_000, text: '10 s' },
  { ms: 60_000, text: '1 min' },
  { ms: 3_600_000, text: '1 h' },
];

function Time({ view }: { view: BenchView }): JSX.Element {
  const { around } = said(benchWords);
  const { told, give } = useBench();
  const { stands, speed } = view.time;
  const why = whyNotAdvance(view);
  return (
    <section class="card" aria-labelledby="time-title">
      <h2 id="time-title">{around.timeTitle}</h2>
      <div class="acts">
        <Act isPressed={!stands} onAct={() => give('time', { state: 'runs' })}>
          {around.runs}
        </Act>
        <Act isPressed={stands} onAct={() => give('time', { state: 'stands' })}>
          {around.stands}
        </Act>
      </div>
      <div class="acts">
        {speeds.map((one) => (
          <button
            key={one}
            type="button"
            class="act"
            aria-pressed={one === speed}
            aria-label={around.speed(String(one))}
            onClick={() => give('time', { speed: one })}
          >
            × {one}
          </button>
        ))}
      </div>
      <div class="acts">
        {stepsOfTime.map(({ ms, text }) => (
          <button
            key={ms}
            type="button"
            class="act"
            aria-disabled={why !== undefined}
            aria-describedby={why ? 'time-why' : undefined}
            aria-label={around.step(text)}
            onClick={() => why ?? give('advance', { ms })}
          >
            + {text}
          </button>
        ))}
      </div>
      {why && (
        <p id="time-why" class="soft small">
          {said(benchWords).whyNot[why]}
        </p>
      )}
      <BenchTold {...told} />
    </section>
  );
}

function Mains({ view }: { view: BenchView }): JSX.Element {
  const { around } = said(benchWords);
  const { told, give } = useBench();
  const isIn = view.network === 'up';
  const isAsked = useSignal(false);
  return (
    <section class="card" aria-labelledby="mains-title">
      <div class="head">
        <h2 id="mains-title">{around.mainsTitle}</h2>
        <span>{around.volts(figure(view.mainsV, 0))}</span>
      </div>
      <div class="acts">
        <Act onAct={() => give('network', { state: isIn ? 'down' : 'up' })}>
          {isIn ? around.networkOut : around.networkIn}
        </Act>
        <Act onAct={() => (isAsked.value = true)}>{around.cut}</Act>
      </div>
      {isAsked.value && (
        <div class="told stop bench-group">
          <p>{around.cutSays}</p>
          <div class="acts">
            <Act isFirst onAct={() => give('power', { state: 'cut' })}>
              {around.cut}
            </Act>
            <Act onAct={() => (isAsked.value = false)}>{around.keep}</Act>
          </div>
        </div>
      )}
      <Faults connectorId={0} possible={facts.value?.faults ?? []} caused={view.caused} />
      <BenchTold {...told} />
    </section>
  );
}
