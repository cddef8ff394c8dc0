/** What the parts of the bench page are made of: acts of the bench interface, and choices. */
import type { Signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useId } from 'preact/hooks';
import { benchWords } from '../bench.words';
import { said, words } from '../state';
import { ActButton, type ActProps, type ActsTold, ActTold, useActs } from './acts';
import { act, type BenchOutcome } from './bench-state';
import type { WhyNot } from './why-not';
import { refusalWords } from './words';

export function useBench(): ReturnType<typeof useActs<[command: string, request?: object], BenchOutcome>> {
  return useActs(act);
}

/** What the world would refuse is not offered. */
export function Act({ why, ...props }: Omit<ActProps, 'reason'> & { why?: WhyNot | undefined }): JSX.Element {
  return <ActButton {...props} reason={why && said(benchWords).whyNot[why]} />;
}

/** What was done in English, as the station says it; what was not in the language of the page. */
export function BenchTold({ outcome, isActing }: ActsTold<BenchOutcome>): JSX.Element {
  return <ActTold {...{ outcome, isActing }} why={outcome && whyNotDone(outcome)} />;
}

/** undefined: it was done, and nobody refused it. */
function whyNotDone({ isDone, line, refusal }: BenchOutcome): string | undefined {
  if (refusal) return refusalWords(said(benchWords), refusal);
  if (isDone) return undefined;
  return line === '' ? words().refusals.unreachable : words().refusals.notPossible;
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
