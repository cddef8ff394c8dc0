/** Changes how a wired interface comes to its address: what would change, and while nobody has confirmed it, what is open. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { LastChange, OpenChange } from '../../control/network/open-change';
import type { PageNetwork, PageWired } from '../../control/pages/network';
import { networkChangeWords } from './network-change.words';
import { NetworkForm } from './network-form';
import { PlanRows } from './network-plan';
import { Told, useAsking } from './parts';
import { secondMs, useNow } from './seconds';
import { said } from './state';

/** Which the package brings, for whoever runs the machine (docs/operations.md). */
const allowing = 'sudo install -m 644 /usr/share/greenup/50-greenup-network.rules /etc/polkit-1/rules.d/';

export function NetworkChange({ of: wired, machine }: { of: PageWired; machine: PageNetwork['machine'] }): JSX.Element {
  const words = said(networkChangeWords);
  // The answer to the change is the last that is heard at an address that goes; what is heard later counts more.
  const begun = useSignal<OpenChange | undefined>(undefined);
  useEffect(() => {
    begun.value = undefined;
  }, [wired]);
  const open = begun.value ?? wired.open;
  return (
    <section class="card">
      <h2>{words.title}</h2>
      {open ? (
        <Open of={open} />
      ) : (
        <>
          {wired.last && <Last of={wired.last} />}
          {wired.refused && <p>{words.why[wired.refused]}</p>}
          {wired.refused === 'notAllowed' && (
            <p class="break">
              <code>{allowing}</code>
            </p>
          )}
          {!wired.refused && <p class="soft">{words.says}</p>}
          {!wired.refused && (
            <NetworkForm of={wired.interfaces} machine={machine} onBegun={(told) => (begun.value = told)} />
          )}
        </>
      )}
    </section>
  );
}

/** Also for who logs in later, and elsewhere. */
function Open({ of: open }: { of: OpenChange }): JSX.Element {
  const words = said(networkChangeWords);
  const { outcome, ask } = useAsking();
  const now = useNow();
  // The clock of whoever looks is another one: only what passes is taken from it.
  const heardAt = useMemo(() => Date.now(), [open]);
  const leftMs = open.leftMs - Math.max(0, now - heardAt);
  const what = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // The button that was pressed is gone, and the keyboard goes on here.
    if (document.activeElement === document.body) what.current?.focus();
  }, []);
  const waits = open.phase === 'begun' || open.phase === 'open';
  return (
    <>
      <div class="told wait" aria-live="polite" tabIndex={-1} ref={what}>
        <p>{waits && leftMs <= 0 ? words.timeIsUp : words.phases[open.phase]}</p>
      </div>
      {waits && leftMs > 0 && <p class="countdown">{words.left(Math.ceil(leftMs / secondMs))}</p>}
      <PlanRows of={open} isMade={open.phase !== 'begun'} />
      {waits && <Where of={open} />}
      {waits && (
        <div class="acts">
          <button type="button" class="act first" onClick={() => ask('/api/network/confirm', { keeps: true })}>
            {words.keep}
          </button>
          <button type="button" class="act" onClick={() => ask('/api/network/confirm', { keeps: false })}>
            {words.back}
          </button>
        </div>
      )}
      <Told outcome={outcome} />
    </>
  );
}

/** Where the page is to be found, if no longer here. */
function Where({ of: { after } }: { of: OpenChange }): JSX.Element | null {
  const words = said(networkChangeWords);
  const hosts = after.addresses.map((address) => address.split('/')[0] ?? '');
  if (hosts.includes(location.hostname)) return null;
  if (after.by === 'given') return <p>{words.given}</p>;
  const port = location.port === '' ? '' : `:${location.port}`;
  const url = `${location.protocol}//${hosts[0]}${port}/#network`;
  return (
    <p class="break">
      {words.goOn} <a href={url}>{url}</a>
    </p>
  );
}

function Last({ of: { outcome, interfaceName, words: systemWords } }: { of: LastChange }): JSX.Element {
  const words = said(networkChangeWords);
  const tone = outcome === 'kept' || outcome === 'asked' ? '' : outcome === 'refused' ? 'stop' : 'wait';
  return (
    <div class={`told ${tone}`} aria-live="polite">
      <p>{words.outcomes[outcome](interfaceName)}</p>
      {systemWords !== null && (
        <p class="break small">
          {words.words} <span lang="en">{systemWords}</span>
        </p>
      )}
    </div>
  );
}
