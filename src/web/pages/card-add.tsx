/** A card that is added: by its number, or by presenting it at a reader, and what came of that. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { PageCardList } from '../../control/pages/cards';
import { cardsWords } from './cards.words';
import { figure } from './figures';
import { Field, Told, useAsking, wordsOf } from './parts';
import { secondMs, useNow } from './seconds';
import { said } from './state';

const teachSeconds = 60;
const faults = { card: 'cardInvalid', label: 'labelLong', lastDay: 'dayInvalid' } as const;

export function AddCard({ list }: { list: PageCardList }): JSX.Element {
  const words = said(cardsWords);
  const card = useSignal('');
  const label = useSignal('');
  const lastDay = useSignal('');
  const { outcome, ask, forget } = useAsking();
  const lesson = useAsking();
  const refused = outcome?.refused;
  const wrong = (field: keyof typeof faults): string | undefined =>
    refused?.refused === faults[field] ? wordsOf(refused) : undefined;
  const isOfField = Object.values(faults).some((fault) => fault === refused?.refused);
  const given = () => ({ label: label.value.trim(), lastDay: lastDay.value.trim() });
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (!(await ask('/api/cards/add', { card: card.value.trim(), ...given() }))) return;
    for (const field of [card, label, lastDay]) field.value = '';
  };
  const teach = (): void => {
    forget();
    void lesson.ask('/api/cards/teach', { ...given(), seconds: teachSeconds });
  };
  return (
    <section class="card" aria-labelledby="add-title">
      <h2 id="add-title">{words.add}</h2>
      <form onSubmit={submit} onInput={forget}>
        <Field
          name="label"
          label={words.label}
          hint={words.labelHint}
          wrong={wrong('label')}
          value={label.value}
          onValue={(text) => (label.value = text)}
        />
        <Field
          name="lastDay"
          label={words.lastDay}
          hint={words.lastDayHint}
          type="date"
          wrong={wrong('lastDay')}
          value={lastDay.value}
          onValue={(text) => (lastDay.value = text)}
        />
        <div class="teach">
          <p class="soft small">{words.teachSays}</p>
          <div class="acts">
            <button type="button" class="act first" disabled={list.teaching !== null} onClick={teach}>
              {words.teach}
            </button>
          </div>
          <Told outcome={lesson.outcome?.refused ? lesson.outcome : undefined} />
          <Lesson list={list} />
        </div>
        <Field
          name="card"
          label={words.number}
          hint={words.numberHint}
          wrong={wrong('card')}
          value={card.value}
          onValue={(text) => (card.value = text)}
        />
        <div class="acts">
          <button type="submit" class="act">
            {words.addAct}
          </button>
        </div>
        <Told outcome={isOfField ? undefined : outcome} done={words.added} />
      </form>
    </section>
  );
}

/** Counted down from what the station told once. */
function Lesson({ list: { teaching, taught } }: { list: PageCardList }): JSX.Element {
  const words = said(cardsWords);
  const { outcome, ask } = useAsking();
  return (
    <>
      <output>
        {taught?.kind === 'none' && <span class="told wait">{words.taught.none}</span>}
        {taught && taught.kind !== 'none' && (
          <span class="told">
            {words.taught[taught.kind](taught.label === '' ? taught.card : `${taught.card} (${taught.label})`)}
          </span>
        )}
      </output>
      {teaching && <Waiting endsInMs={teaching.endsInMs} />}
      {teaching && (
        <div class="acts">
          <button type="button" class="act" onClick={() => ask('/api/cards/teach-no-more', { end: true })}>
            {words.stopTeaching}
          </button>
        </div>
      )}
      <Told outcome={outcome?.refused ? outcome : undefined} />
    </>
  );
}

function Waiting({ endsInMs }: { endsInMs: number }): JSX.Element {
  const { waiting } = said(cardsWords);
  const now = useNow();
  const endsAt = useMemo(() => Date.now() + endsInMs, [endsInMs]);
  const leftS = Math.max(0, Math.ceil((endsAt - now) / secondMs));
  return <p class="told">{waiting(figure(leftS))}</p>;
}
