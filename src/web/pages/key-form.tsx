/** The form that changes a configuration key in its place, and tells the answer. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { PageKey } from '../../control/pages/keys';
import { unitOf, validWords } from './key-words';
import { keysWords } from './keys.words';
import { Field, wordsOf } from './parts';
import { type ServerRefusal, said, sent } from './state';

type KeyOutcome = { answer: 'Accepted' | 'RebootRequired' } | { refusal: ServerRefusal };

export function KeyForm({ of: key }: { of: PageKey }): JSX.Element {
  const words = said(keysWords);
  // What is being typed; undefined: as the station has it.
  const typed = useSignal<string | undefined>(undefined);
  const outcome = useSignal<KeyOutcome | undefined>(undefined);
  const isAsking = useSignal(false);
  const choose = (text: string): void => {
    typed.value = text;
    outcome.value = undefined;
  };
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (isAsking.value) return;
    isAsking.value = true;
    const body = { key: key.key, value: typed.value ?? key.value ?? '' };
    const result = await sent<{ answer: 'Accepted' | 'RebootRequired' }>('/api/key', body);
    isAsking.value = false;
    outcome.value = 'refusal' in result ? result : result.answer;
    if ('answer' in result) typed.value = undefined;
  };
  const refusal = outcome.value && 'refusal' in outcome.value ? outcome.value.refusal : undefined;
  const isInvalid = refusal?.refused === 'keyInvalid';
  const wrong = isInvalid ? words.rejected(validWords(key.type)) : undefined;
  return (
    <form onSubmit={submit}>
      <Value of={key} value={typed.value ?? key.value ?? ''} wrong={wrong} onValue={choose} />
      <div class="acts">
        <button type="submit" class="act first">
          {words.save}
        </button>
        {key.default !== null && (
          <button type="button" class="act" onClick={() => choose(key.default ?? '')}>
            {words.asDelivered}
          </button>
        )}
      </div>
      <output>
        {refusal && !isInvalid && <span class="told stop">{wordsOf(refusal)}</span>}
        {outcome.value && 'answer' in outcome.value && <span class="told">{words.answers[outcome.value.answer]}</span>}
      </output>
    </form>
  );
}

interface ValueProps {
  of: PageKey;
  value: string;
  wrong: string | undefined;
  onValue: (value: string) => void;
}

function Value({ of: { key, type }, value, wrong, onValue }: ValueProps): JSX.Element {
  const words = said(keysWords);
  const label = words.change(key, unitOf(type));
  if (type.kind === 'boolean') {
    return (
      <fieldset class="choices">
        <legend>{label}</legend>
        {(['true', 'false'] as const).map((choice) => (
          <label key={choice}>
            <input type="radio" name={key} checked={value === choice} onChange={() => onValue(choice)} />
            {choice === 'true' ? words.yes : words.no}
          </label>
        ))}
      </fieldset>
    );
  }
  if (type.kind === 'list') {
    const chosen = value === '' ? [] : value.split(',');
    const put = (word: string, isIn: boolean): void =>
      onValue((isIn ? [...chosen, word] : chosen.filter((one) => one !== word)).join(','));
    return (
      <fieldset class="choices">
        <legend>{label}</legend>
        {type.words.map((word) => (
          <label key={word}>
            <input
              type="checkbox"
              checked={chosen.includes(word)}
              onChange={({ currentTarget }) => put(word, currentTarget.checked)}
            />
            <span class="break">{word}</span>
          </label>
        ))}
        {wrong && <span class="told stop small">{wrong}</span>}
      </fieldset>
    );
  }
  const input = type.kind === 'integer' ? 'numeric' : type.kind;
  return <Field name={key} label={label} type={input} wrong={wrong} value={value} onValue={onValue} />;
}
