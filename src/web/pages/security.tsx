/** The page "Security": how the station comes in at the central system, with what password, and whom it trusts. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { PageView } from '../../control/pages/page-view';
import type { SecurityFacts } from '../../control/security';
import { Field, State, Title, Told, useAsking, useFetched } from './parts';
import { securityWords } from './security.words';
import { Lists, OwnCertificate, Trust } from './security-certificates';
import { said, words } from './state';

export function Security({ view }: { view: PageView }): JSX.Element {
  const facts = useFetched<SecurityFacts>('/api/security', `${view.revisions.security} ${view.revisions.keys}`);
  return (
    <>
      <Title>{words().security}</Title>
      {facts && <Present facts={facts} />}
      {facts && <Profile facts={facts} />}
      {facts && <Password facts={facts} />}
      {facts && <OwnCertificate facts={facts} />}
      {facts && <Trust facts={facts} />}
      {facts && <Lists count={facts.lists} />}
    </>
  );
}

/** The answer to the first question: whether anybody could listen, or pretend to be one of the two. */
function Present({ facts: { profile, url, connection, lastError } }: { facts: SecurityFacts }): JSX.Element {
  const phrases = said(securityWords);
  const { word, sentence } = phrases.profiles[profile] ?? phrases.profiles[0];
  const names = words().connection.names;
  return (
    <section class={profile >= 2 ? 'card answer go' : 'card answer wait'}>
      <State tone={profile >= 2 ? 'go' : 'wait'}>{word}</State>
      <p>{sentence}</p>
      <dl class="rows">
        <dt>{phrases.connection}</dt>
        <dd>{names[connection]}</dd>
        <dt>{phrases.address}</dt>
        <dd class="break">{url === '' ? phrases.noAddress : url}</dd>
        {lastError !== null && connection !== 'Connected' && (
          <>
            <dt>{phrases.lastError}</dt>
            <dd class="break" lang="en">
              {lastError}
            </dd>
          </>
        )}
      </dl>
    </section>
  );
}

function Profile({ facts }: { facts: SecurityFacts }): JSX.Element {
  const phrases = said(securityWords);
  const chosen = useSignal<number | undefined>(undefined);
  const { outcome, ask, forget } = useAsking();
  const wanted = chosen.value ?? facts.profile;
  const lack = wanted === facts.profile ? undefined : lackFor(wanted, facts);
  return (
    <section class="card">
      <h2>{phrases.profile}</h2>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void ask('/api/security/profile', { profile: wanted });
        }}
      >
        <fieldset class="choices lines">
          <legend>{phrases.profileSays}</legend>
          {phrases.profiles.map(({ word, needs }, profile) => (
            <label key={word}>
              <input
                type="radio"
                name="profile"
                value={profile}
                checked={profile === wanted}
                onChange={() => {
                  chosen.value = profile;
                  forget();
                }}
              />
              <span>
                {profile}: {word} <span class="soft small">{needs}</span>
              </span>
            </label>
          ))}
        </fieldset>
        {lack !== undefined && <p class="told wait">{lack}</p>}
        {lack === undefined && wanted < facts.profile && <p class="told wait">{phrases.lowers}</p>}
        <div class="acts">
          <button type="submit" class="act first" disabled={wanted === facts.profile || lack !== undefined}>
            {phrases.use}
          </button>
        </div>
        <Told outcome={outcome} done={phrases.used} />
      </form>
    </section>
  );
}

/** What must be there before; the station would refuse without. */
function lackFor(profile: number, { hasPassword, certificate }: SecurityFacts): string | undefined {
  const { lacks } = said(securityWords);
  if (profile === 3 && certificate === null) return lacks.certificate;
  return (profile === 1 || profile === 2) && !hasPassword ? lacks.password : undefined;
}

function Password({ facts: { hasPassword, identity } }: { facts: SecurityFacts }): JSX.Element {
  const phrases = said(securityWords).password;
  const password = useSignal('');
  const { outcome, ask, forget } = useAsking();
  const save = async (): Promise<void> => {
    if (await ask('/api/security/password', { password: password.value })) password.value = '';
  };
  return (
    <section class="card">
      <h2>{phrases.title}</h2>
      <p>{hasPassword ? phrases.isSet : phrases.isNotSet}</p>
      <p class="soft">{phrases.says(identity)}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Field
          name="password"
          type="password"
          autocomplete="new-password"
          label={phrases.label}
          hint={phrases.hint}
          value={password.value}
          onValue={(value) => {
            password.value = value;
            forget();
          }}
        />
        <div class="acts">
          <button type="submit" class="act first" disabled={password.value === ''}>
            {phrases.save}
          </button>
        </div>
        <Told outcome={outcome} done={phrases.saved} />
      </form>
    </section>
  );
}
