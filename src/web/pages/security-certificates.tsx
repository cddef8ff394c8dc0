/** The certificates of the page "Security": that of the station, the authorities that it trusts, and lists of revoked ones. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { RootShown, SecurityFacts } from '../../control/security';
import { Told, useAsking } from './parts';
import { PemForm } from './pem-form';
import { securityWords } from './security.words';
import { language, said } from './state';

export function OwnCertificate({ facts }: { facts: SecurityFacts }): JSX.Element {
  const { certificate, certificateLack, profile } = facts;
  const phrases = said(securityWords).own;
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
      <PemForm
        path="/api/security/certificate"
        fields={[
          { name: 'chain', label: phrases.chain, hint: phrases.chainHint },
          { name: 'key', label: phrases.key, hint: phrases.keyHint },
        ]}
        act={phrases.install}
        done={phrases.installed}
      />
    </section>
  );
}

export function Trust({ facts: { roots, rootsMax, trustsOthers } }: { facts: SecurityFacts }): JSX.Element {
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
  return (
    <PemForm
      path="/api/security/add-root"
      fields={[{ name: 'pem', label: phrases.pem, hint: phrases.pemHint }]}
      others={{ use: use.value }}
      act={phrases.install}
      done={phrases.installed}
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
    </PemForm>
  );
}

export function Lists({ count }: { count: number }): JSX.Element {
  const phrases = said(securityWords).lists;
  return (
    <section class="card">
      <h2>{phrases.title}</h2>
      <p>{phrases.count(count)}</p>
      <p class="soft">{phrases.says}</p>
      <PemForm
        path="/api/security/lists"
        fields={[{ name: 'pem', label: phrases.pem, hint: phrases.pemHint }]}
        act={phrases.install}
        done={phrases.installed}
      />
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
