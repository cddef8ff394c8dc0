/** The page "Security": how the station comes in at the central system, with what password, and whom it trusts. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useId } from 'preact/hooks';
import type { PageView } from '../../control/pages/page-view';
import type { RootShown, SecurityFacts } from '../../control/security';
import { Field, State, Title, Told, useAsking, useFetched } from './parts';
import { securityWords } from './security.words';
import { language, said, words } from './state';

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

function OwnCertificate({ facts: { certificate, certificateLack, profile } }: { facts: SecurityFacts }): JSX.Element {
  const phrases = said(securityWords).own;
  const chain = useSignal('');
  const key = useSignal('');
  const { outcome, ask, forget } = useAsking();
  const install = async (): Promise<void> => {
    if (!(await ask('/api/security/certificate', { chain: chain.value, key: key.value }))) return;
    chain.value = '';
    key.value = '';
  };
  return (
    <section class="card">
      <h2>{phrases.title}</h2>
      {certificate === null ? <p>{phrases.none}</p> : <CertificateRows of={certificate} />}
      {certificate !== null && certificateLack !== null && (
        <p class={profile === 3 ? 'told stop' : 'told wait'} lang="en">
          {certificateLack}
        </p>
      )}
      <p class="soft">{phrases.says}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void install();
        }}
      >
        <PemField
          name="chain"
          label={phrases.chain}
          hint={phrases.chainHint}
          pem={chain.value}
          onPem={(text) => {
            chain.value = text;
            forget();
          }}
        />
        <PemField
          name="key"
          label={phrases.key}
          hint={phrases.keyHint}
          pem={key.value}
          onPem={(text) => {
            key.value = text;
            forget();
          }}
        />
        <div class="acts">
          <button type="submit" class="act first" disabled={chain.value.trim() === '' || key.value.trim() === ''}>
            {phrases.install}
          </button>
        </div>
        <Told outcome={outcome} done={phrases.installed} />
      </form>
    </section>
  );
}

type ShownCertificate = Pick<RootShown, 'subject' | 'fingerprint' | 'validFrom' | 'validTo'>;

function CertificateRows({ of: { subject, fingerprint, validFrom, validTo } }: { of: ShownCertificate }): JSX.Element {
  const { subject: name, valid, fromTo, fingerprint: print } = said(securityWords).fields;
  const day = (iso: string): string => new Date(iso).toLocaleDateString(language.value, { dateStyle: 'medium' });
  return (
    <dl class="rows">
      <dt>{name}</dt>
      <dd class="break">{subject}</dd>
      <dt>{valid}</dt>
      <dd>{fromTo(day(validFrom), day(validTo))}</dd>
      <dt>{print}</dt>
      <dd class="break">
        <code>{fingerprint}</code>
      </dd>
    </dl>
  );
}

function Lists({ count }: { count: number }): JSX.Element {
  const phrases = said(securityWords).lists;
  const pem = useSignal('');
  const { outcome, ask, forget } = useAsking();
  const install = async (): Promise<void> => {
    if (await ask('/api/security/lists', { pem: pem.value })) pem.value = '';
  };
  return (
    <section class="card">
      <h2>{phrases.title}</h2>
      <p>{phrases.count(count)}</p>
      <p class="soft">{phrases.says}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void install();
        }}
      >
        <PemField
          name="list"
          label={phrases.pem}
          hint={phrases.pemHint}
          pem={pem.value}
          onPem={(text) => {
            pem.value = text;
            forget();
          }}
        />
        <div class="acts">
          <button type="submit" class="act first" disabled={pem.value.trim() === ''}>
            {phrases.install}
          </button>
        </div>
        <Told outcome={outcome} done={phrases.installed} />
      </form>
    </section>
  );
}

function Trust({ facts: { roots, rootsMax, trustsOthers } }: { facts: SecurityFacts }): JSX.Element {
  const phrases = said(securityWords).trust;
  return (
    <section class="card">
      <h2>{phrases.title}</h2>
      <p>{roots.length === 0 ? phrases.none : phrases.count(roots.length, rootsMax)}</p>
      <p class="soft">{trustsOthers ? phrases.others : phrases.alone}</p>
      {roots.map((root) => (
        <Root key={`${root.use} ${root.fingerprint}`} of={root} />
      ))}
      {roots.length < rootsMax && <NewRoot />}
    </section>
  );
}

function Root({ of: root }: { of: RootShown }): JSX.Element {
  const { use, fingerprint, carries } = root;
  const phrases = said(securityWords).trust;
  const isAsked = useSignal(false);
  const { outcome, ask } = useAsking();
  const remove = (): void => {
    isAsked.value = false;
    void ask('/api/security/remove-root', { fingerprint });
  };
  return (
    <section class="socket">
      <h3>{phrases.uses[use]}</h3>
      <CertificateRows of={root} />
      {carries && <p class="soft">{phrases.carries}</p>}
      {isAsked.value && (
        <p class="told wait" role="alert">
          {carries ? phrases.askCarries : phrases.ask}
        </p>
      )}
      <div class="acts">
        {!isAsked.value && (
          <button type="button" class="act" onClick={() => (isAsked.value = true)}>
            {phrases.remove}
          </button>
        )}
        {isAsked.value && (
          <>
            <button type="button" class="act first" onClick={remove}>
              {phrases.yes}
            </button>
            <button type="button" class="act" onClick={() => (isAsked.value = false)}>
              {phrases.no}
            </button>
          </>
        )}
      </div>
      {outcome?.refused && <Told outcome={outcome} />}
    </section>
  );
}

function NewRoot(): JSX.Element {
  const phrases = said(securityWords).trust;
  const use = useSignal<RootShown['use']>('CentralSystemRootCertificate');
  const pem = useSignal('');
  const { outcome, ask, forget } = useAsking();
  const add = async (): Promise<void> => {
    if (await ask('/api/security/add-root', { use: use.value, pem: pem.value })) pem.value = '';
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
    >
      <h3>{phrases.add}</h3>
      <fieldset class="choices">
        <legend>{phrases.use}</legend>
        {(['CentralSystemRootCertificate', 'ManufacturerRootCertificate'] as const).map((one) => (
          <label key={one}>
            <input
              type="radio"
              name="use"
              checked={use.value === one}
              onChange={() => {
                use.value = one;
              }}
            />
            {phrases.uses[one]}
          </label>
        ))}
      </fieldset>
      <PemField
        name="root"
        label={phrases.pem}
        hint={phrases.pemHint}
        pem={pem.value}
        onPem={(text) => {
          pem.value = text;
          forget();
        }}
      />
      <div class="acts">
        <button type="submit" class="act first" disabled={pem.value.trim() === ''}>
          {phrases.install}
        </button>
      </div>
      <Told outcome={outcome} done={phrases.installed} />
    </form>
  );
}

interface PemFieldProps {
  name: string;
  label: string;
  hint: string;
  pem: string;
  onPem: (text: string) => void;
}

/** What a file holds, or what was pasted. */
function PemField({ name, label, hint, pem, onPem }: PemFieldProps): JSX.Element {
  const { file } = said(securityWords);
  const id = useId();
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
        value={pem}
        onInput={({ currentTarget }) => onPem(currentTarget.value)}
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
          void chosen?.text().then(onPem);
        }}
      />
    </div>
  );
}
