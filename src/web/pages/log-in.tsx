/** Logging in, and the new password that is demanded after the first time. */
import { type Signal, useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { Field, Title, Told, useAsking } from './parts';
import { level, sessionEnded, words } from './state';

export function LogIn(): JSX.Element {
  const { logIn } = words();
  const user = useSignal('');
  const password = useSignal('');
  const { outcome, ask } = useAsking();
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    await ask('/api/log-in', { user: user.value, password: password.value });
    password.value = '';
  };
  return (
    <div class="narrow">
      <Title>{logIn.title}</Title>
      {sessionEnded.value && <p class="told wait">{logIn.ended}</p>}
      <form class="card" onSubmit={submit}>
        <Field
          name="user"
          label={logIn.user}
          autocomplete="username"
          value={user.value}
          onValue={(text) => (user.value = text)}
        />
        <PasswordField name="password" label={logIn.password} of={password} />
        <Told outcome={outcome} />
        <button type="submit" class="act first">
          {logIn.act}
        </button>
        <p class="soft small">{logIn.hint}</p>
      </form>
    </div>
  );
}

export function NewPassword(): JSX.Element {
  const { password } = words();
  const isFirst = level.value === 'newcomer';
  const current = useSignal('');
  const next = useSignal('');
  const again = useSignal('');
  const differ = useSignal(false);
  const { outcome, ask, forget } = useAsking();
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    differ.value = next.value !== again.value;
    if (differ.value) forget();
    else if (await ask('/api/password', { current: current.value, next: next.value })) {
      for (const field of [current, next, again]) field.value = '';
      if (isFirst) location.hash = '#mode';
    }
  };
  return (
    <div class="narrow">
      {isFirst && <Title>{password.title}</Title>}
      {isFirst && <p>{password.first}</p>}
      <form class="card" onSubmit={submit}>
        {!isFirst && <h2>{password.title}</h2>}
        <PasswordField name="current" label={password.current} of={current} />
        <PasswordField name="next" label={password.next} hint={password.rule} of={next} isNew />
        <PasswordField
          name="again"
          label={password.again}
          wrong={differ.value ? password.differ : undefined}
          of={again}
          isNew
        />
        <Told outcome={outcome} done={password.done} />
        <button type="submit" class="act first">
          {password.act}
        </button>
      </form>
    </div>
  );
}

interface PasswordFieldProps {
  name: string;
  label: string;
  of: Signal<string>;
  /** Absent: it is that of now, which the browser may know. */
  isNew?: boolean;
  hint?: string;
  wrong?: string | undefined;
}

function PasswordField({ of, isNew = false, ...rest }: PasswordFieldProps): JSX.Element {
  return (
    <Field
      {...rest}
      type="password"
      autocomplete={isNew ? 'new-password' : 'current-password'}
      value={of.value}
      onValue={(text) => (of.value = text)}
    />
  );
}
