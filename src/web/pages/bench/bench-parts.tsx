/** What the parts of the bench page are made of: acts of the bench interface, and choices. */
import type { Signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useId } from 'preact/hooks';
import { benchWords } from '../bench.words';
import { said } from '../state';
import { ActButton, type ActProps, useActs } from './acts';
import { act } from './bench-state';
import type { WhyNot } from './why-not';

export function useBench(): ReturnType<typeof useActs<[command: string, request?: object]>> {
  return useActs(act);
}

/** What the world would refuse is not offered. */
export function Act({ why, ...props }: Omit<ActProps, 'reason'> & { why?: WhyNot | undefined }): JSX.Element {
  return <ActButton {...props} reason={why && said(benchWords).whyNot[why]} />;
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
