/** What several pages are made of: a state, a field, a form that tells what came of it. */
import { signal, useSignal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import type { Tone } from './plain-state';
import { fetched, post, type ServerRefusal, words } from './state';

/** A state is a word first, then a shape, then a colour. */
export function State({ tone, children }: { tone: Tone; children: ComponentChildren }): JSX.Element {
  return (
    <span class={`state ${tone}`}>
      <i aria-hidden="true" />
      {children}
    </span>
  );
}

export type FigureRow = readonly [name: string, value: string, unit: string];

/** Values in large letters, each with its unit and its name. */
export function FigureList({ rows }: { rows: readonly FigureRow[] }): JSX.Element {
  return (
    <dl class="figures">
      {rows.map(([name, value, unit]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>
            {value} <span class="unit">{unit}</span>
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** The first line of a page: it has the focus when the page is opened, so that it is read out. */
export function Title({ children }: { children: string }): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${children} · Green'Up`;
    heading.current?.focus();
  }, [children]);
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children}
    </h1>
  );
}

interface FieldProps {
  name: string;
  label: string;
  hint?: string;
  wrong?: string | undefined;
  type?: 'text' | 'password' | 'url' | 'numeric' | 'date';
  autocomplete?: string;
  value: string;
  onValue: (value: string) => void;
}

export function Field({
  name,
  label,
  hint,
  wrong,
  type = 'text',
  autocomplete,
  value,
  onValue,
}: FieldProps): JSX.Element {
  const id = useId();
  const described = [hint ? `${id}-hint` : '', wrong ? `${id}-wrong` : ''].filter((one) => one !== '').join(' ');
  const given = {
    id,
    name,
    value,
    autocomplete: autocomplete ?? 'off',
    autocapitalize: 'none',
    spellcheck: false,
    'aria-invalid': wrong !== undefined,
    'aria-describedby': described === '' ? undefined : described,
    onInput: ({ currentTarget }: { currentTarget: HTMLInputElement }) => onValue(currentTarget.value),
  } as const;
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {type === 'password' || type === 'date' ? (
        <input type={type} {...given} />
      ) : (
        <input type="text" inputMode={type} {...given} />
      )}
      {hint && (
        <span id={`${id}-hint`} class="soft small">
          {hint}
        </span>
      )}
      {wrong && (
        <span id={`${id}-wrong`} class="told stop small">
          {wrong}
        </span>
      )}
    </div>
  );
}

export function wordsOf({ refused, waitS }: ServerRefusal): string {
  const { refusals, waitS: wait } = words();
  return waitS === undefined ? refusals[refused] : `${refusals[refused]} ${wait(waitS)}`;
}

/** What came of the last thing that was asked of the station here; undefined: nothing was. */
export interface Outcome {
  refused: ServerRefusal | undefined;
}

/** One thing at a time: what is pressed again meanwhile is not sent again. */
export function useAsking(): {
  outcome: Outcome | undefined;
  ask: (path: string, body: object) => Promise<boolean>;
  forget: () => void;
} {
  const outcome = useSignal<Outcome | undefined>(undefined);
  const isAsking = useRef(signal(false)).current;
  return {
    outcome: outcome.value,
    ask: async (path, body) => {
      if (isAsking.value) return false;
      isAsking.value = true;
      const refused = await post(path, body);
      isAsking.value = false;
      outcome.value = { refused };
      return refused === undefined;
    },
    forget: () => {
      outcome.value = undefined;
    },
  };
}

/** Read out when it appears; its place is there from the beginning. */
export function Told({ outcome, done }: { outcome: Outcome | undefined; done?: string }): JSX.Element {
  const refused = outcome?.refused;
  return (
    <output>
      {refused && <span class="told stop">{wordsOf(refused)}</span>}
      {outcome && !refused && done !== undefined && <span class="told">{done}</span>}
    </output>
  );
}

/**
 * What the station answers at a path: asked when the page opens and whenever `revision`, a part of the live view, is another
 * one. undefined until the first answer; what was answered last stays while a later question fails.
 */
export function useFetched<Answer>(path: string, revision: unknown): Answer | undefined {
  const answer = useSignal<Answer | undefined>(undefined);
  useEffect(() => {
    let isLatest = true;
    void fetched<Answer>(path).then((told) => {
      if (isLatest && told !== undefined) answer.value = told;
    });
    return () => {
      isLatest = false;
    };
  }, [path, revision]);
  return answer.value;
}
