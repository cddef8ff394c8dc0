/** The cards as a file: downloaded, and taken from one after a look at what it would change. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useId } from 'preact/hooks';
import type { PageCard, PageCardList, PageImportPlan } from '../../control/pages/cards';
import { cardsWords } from './cards.words';
import { fileTime, saveFile } from './lists';
import { Told, useAsking, wordsOf } from './parts';
import { fetched, type ServerRefusal, said, sent } from './state';
import { dayOf } from './times';

export function CardTable({ list, shows }: { list: PageCardList; shows: boolean }): JSX.Element {
  const words = said(cardsWords);
  const id = useId();
  const table = useSignal<string | undefined>(undefined);
  const removesOthers = useSignal(false);
  const plan = useSignal<PageImportPlan | undefined>(undefined);
  const refused = useSignal<ServerRefusal | undefined>(undefined);
  const { outcome, ask, forget } = useAsking();
  const look = async (): Promise<void> => {
    forget();
    plan.value = undefined;
    if (table.value === undefined) return;
    const body = { table: table.value, removesOthers: removesOthers.value, shows };
    const result = await sent<PageImportPlan>('/api/cards/plan', body);
    plan.value = 'answer' in result ? result.answer : undefined;
    refused.value = 'refusal' in result ? result.refusal : undefined;
  };
  const take = async (digest: string): Promise<void> => {
    const body = { table: table.value ?? '', removesOthers: removesOthers.value, digest };
    if (await ask('/api/cards/take', body)) plan.value = undefined;
  };
  const download = async (): Promise<void> => {
    const answer = await fetched<{ csv: string }>('/api/cards/csv');
    if (answer) saveFile(`greenup-cards-${fileTime()}.csv`, 'text/csv;charset=utf-8', answer.csv);
  };
  return (
    <section class="card" aria-labelledby="table-title">
      <h2 id="table-title">{words.table}</h2>
      <p class="soft small">{words.tableSays}</p>
      <div class="acts">
        <button type="button" class="act" disabled={list.cards.length === 0} onClick={download}>
          {words.download}
        </button>
      </div>
      <div class="field">
        <label for={id}>{words.file}</label>
        <input
          id={id}
          type="file"
          accept=".csv,text/csv,text/plain"
          onChange={async ({ currentTarget }) => {
            table.value = await currentTarget.files?.[0]?.text();
            await look();
          }}
        />
      </div>
      <fieldset class="choices" aria-label={words.file}>
        <label>
          <input
            type="checkbox"
            checked={removesOthers.value}
            onChange={({ currentTarget }) => {
              removesOthers.value = currentTarget.checked;
              void look();
            }}
          />
          {words.removesOthers}
        </label>
      </fieldset>
      {plan.value && <Plan of={plan.value} onTake={take} />}
      <output>{refused.value && <span class="told stop">{wordsOf(refused.value)}</span>}</output>
      <Told outcome={outcome} done={words.taken} />
    </section>
  );
}

function Plan({ of: plan, onTake }: { of: PageImportPlan; onTake: (digest: string) => void }): JSX.Element {
  const words = said(cardsWords);
  const { added, changed, removed, same, wrong, digest } = plan;
  if (wrong.length > 0) {
    return (
      <div class="told stop plan" aria-live="polite">
        <p>{words.wrong}</p>
        <ul>
          {wrong.map(({ line, fault, found }) => (
            <li key={`${line} ${fault}`} class="break">
              {words.line(line, words.faults[fault], found)}
            </li>
          ))}
        </ul>
      </div>
    );
  }
  if (added.length + changed.length + removed.length === 0) return <p class="told">{words.nothing}</p>;
  return (
    <div class="told wait plan" aria-live="polite">
      <h3>{words.plan}</h3>
      <Changed words={words.adds(added.length)} cards={added} />
      <Changed words={words.changes(changed.length)} cards={changed} />
      <Changed words={words.removes(removed.length)} cards={removed} />
      <p>{words.same(same)}</p>
      <div class="acts">
        <button type="button" class="act first" onClick={() => onTake(digest)}>
          {words.take}
        </button>
      </div>
    </div>
  );
}

function Changed({ words, cards }: { words: string; cards: readonly PageCard[] }): JSX.Element | null {
  const { noEnd, until } = said(cardsWords);
  if (cards.length === 0) return null;
  return (
    <details>
      <summary>{words}</summary>
      <ul>
        {cards.map(({ id, card, label, lastDay }) => (
          <li key={id} class="break">
            <code>{card}</code> {label}{' '}
            <span class="soft small">{lastDay === null ? noEnd : until(dayOf(lastDay))}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
