/** What the parts of the bench page are made of: acts that say why they cannot be done, choices, and what came of an act. */
import { type Signal, useSignal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { useId } from 'preact/hooks';
import { benchWords } from '../bench.words';
import { said, words } from '../state';
import { act, type BenchOutcome } from './bench-state';
import type { WhyNot } from './why-not';
import { refusalWords } from './words';

/** One thing at a time: what is pressed again meanwhile is not sent again. */
export function useBench(): { outcome: BenchOutcome | undefined; give: (command: string, request?: object) => void } {
  const outcome = useSignal<BenchOutcome | undefined>(undefined);
  const isActing = useSignal(false);
  const run = async (command: string, request: object): Promise<void> => {
    if (isActing.peek()) return;
    isActing.value = true;
    outcome.value = await act(command, request);
    isActing.value = false;
  };
  return { outcome: outcome.value, give: (command, request = {}) => void run(command, request) };
}

/** What was done in English, as the station says it; what was not in the language of the page. Read out when it appears. */
export function BenchTold({ outcome }: { outcome: BenchOutcome | undefined }): JSX.Element {
  const why = outcome && whyNotDone(outcome);
  return (
    <output>
      {outcome && (
        <span class={outcome.isDone ? 'told small' : 'told stop small'} lang={why === undefined ? 'en' : undefined}>
          {why ?? outcome.line}
        </span>
      )}
    </output>
  );
}

/** undefined: it was done, and nobody refused it. */
function whyNotDone({ isDone, line, refusal }: BenchOutcome): string | undefined {
  if (refusal) return refusalWords(said(benchWords), refusal);
  if (isDone) return undefined;
  return line === '' ? words().refusals.unreachable : words().refusals.notPossible;
}

interface ActProps {
  /** undefined: it can be done. */
  why?: WhyNot | undefined;
  /** The one that is likely wanted. */
  isFirst?: boolean;
  /** Of something that is on or off. */
  isPressed?: boolean;
  onAct: () => void;
  children: ComponentChildren;
}

/** Can be reached by the keyboard also where it cannot be done, so that the reason is found. */
export function Act({ why, isFirst = false, isPressed, onAct, children }: ActProps): JSX.Element {
  const id = useId();
  return (
    <span class="bench-act">
      <button
        type="button"
        class={isFirst && !why ? 'act first' : 'act'}
        aria-pressed={isPressed}
        aria-disabled={why !== undefined}
        aria-describedby={why ? id : undefined}
        onClick={() => why ?? onAct()}
      >
        {children}
      </button>
      {why && (
        <span id={id} class="soft small">
          {said(benchWords).whyNot[why]}
        </span>
      )}
    </span>
  );
}

interface ChoiceProps {
  label: string;
  chosen: Signal<string>;
  choices: readonly { value: string; text: string }[];
  onChoice?: (value: string) => void;
}

export function Choice({ label, chosen, choices, onChoice }: ChoiceProps): JSX.Element {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        id={id}
        value={chosen.value}
        onChange={({ currentTarget }) => {
          chosen.value = currentTarget.value;
          onChoice?.(currentTarget.value);
        }}
      >
        {choices.map(({ value, text }) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}
