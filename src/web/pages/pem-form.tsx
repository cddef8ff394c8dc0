/** A form that takes texts in PEM, pasted or out of files, and hands them to the station. */
import { type Signal, useSignal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { useId } from 'preact/hooks';
import { Told, useAsking } from './parts';
import { securityWords } from './security.words';
import { said } from './state';

interface PemField {
  /** Of the request. */
  name: string;
  label: string;
  hint: string;
}

interface PemFormProps {
  path: string;
  fields: readonly PemField[];
  /** What goes with them. */
  others?: object;
  act: string;
  done: string;
  children?: ComponentChildren;
}

export function PemForm({ path, fields, others, act, done, children }: PemFormProps): JSX.Element {
  const texts = useSignal<Readonly<Record<string, string>>>({});
  const { outcome, ask, forget } = useAsking();
  const hand = async (): Promise<void> => {
    if (await ask(path, { ...texts.value, ...others })) texts.value = {};
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void hand();
      }}
    >
      {children}
      {fields.map((field) => (
        <Pem key={field.name} of={field} texts={texts} onText={forget} />
      ))}
      <div class="acts">
        <button
          type="submit"
          class="act first"
          disabled={fields.some(({ name }) => (texts.value[name] ?? '').trim() === '')}
        >
          {act}
        </button>
      </div>
      <Told outcome={outcome} done={done} />
    </form>
  );
}

interface PemProps {
  of: PemField;
  texts: Signal<Readonly<Record<string, string>>>;
  onText: () => void;
}

function Pem({ of: { name, label, hint }, texts, onText }: PemProps): JSX.Element {
  const { file } = said(securityWords);
  const id = useId();
  const take = (text: string): void => {
    texts.value = { ...texts.value, [name]: text };
    onText();
  };
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <textarea
        id={id}
        name={name}
        rows={4}
        spellcheck={false}
        autocomplete="off"
        aria-describedby={`${id}-hint`}
        value={texts.value[name] ?? ''}
        onInput={({ currentTarget }) => take(currentTarget.value)}
      />
      <span id={`${id}-hint`} class="soft small">
        {hint}
      </span>
      <label for={`${id}-file`}>{file}</label>
      <input
        id={`${id}-file`}
        type="file"
        onChange={({ currentTarget }) => {
          const [chosen] = currentTarget.files ?? [];
          void chosen?.text().then(take);
        }}
      />
    </div>
  );
}
