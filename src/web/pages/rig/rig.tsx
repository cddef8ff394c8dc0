/** The page of an armed rig: its parts as they are, worked by hand, and above all of it what is live. */
import type { JSX } from 'preact';
import { render } from 'preact';
import { useEffect } from 'preact/hooks';
import type { RigView } from '../../../control/pages/armed-rig';
import { ActButton } from '../bench/acts';
import { steps } from '../bench/pilot-steps';
import { Ribbon } from '../bench/ribbon';
import { outletName } from '../bench/station-time';
import { State, Title } from '../parts';
import { rigWords } from '../rig.words';
import { language, said, speak, staleSince, words } from '../state';
import { Outlet } from './outlet';
import { RestOfRig } from './rest-of-rig';
import { isActing, listenToRig, rig, told, work } from './rig-state';

export function showRigPage(): void {
  listenToRig();
  render(<RigPage />, document.body);
}

function RigPage(): JSX.Element {
  useEffect(() => {
    document.documentElement.lang = language.value;
  }, [language.value]);
  const other = language.value === 'en' ? 'fr' : 'en';
  return (
    <>
      <header class="bar">
        <strong>Green'Up</strong>
        <button type="button" class="plain other" lang={other} onClick={() => speak(other)}>
          {words().language.other}
        </button>
      </header>
      <Content />
    </>
  );
}

/** What is not of now is said above it, and grey. */
function Content(): JSX.Element {
  const { title, loading, away } = said(rigWords);
  const view = rig.value;
  const since = staleSince.value;
  const missing = view === null ? away : view === undefined ? loading : undefined;
  const stale = since === undefined ? missing : words().staleSince(new Date(since).toLocaleTimeString(language.value));
  return (
    <main id="content" class={stale ? 'bench rig stale' : 'bench rig'}>
      <output>{stale && <span class="told wait">{stale}</span>}</output>
      <Title>{title}</Title>
      {view && <Rig view={view} />}
    </main>
  );
}

function Rig({ view }: { view: RigView }): JSX.Element {
  const { armed, ribbon, end } = said(rigWords);
  const { board, at, connectors } = view;
  const closed = connectors.find(({ closedForS }) => closedForS !== null);
  return (
    <>
      <p class="bench-line">
        <strong>{board}</strong>
        <State tone="wait">{armed}</State>
      </p>
      <Above view={view} />
      {connectors.map((connector) => (
        <Outlet
          key={connector.connectorId}
          connector={connector}
          closedElsewhere={closed === connector ? undefined : closed}
        />
      ))}
      <Ribbon {...ribbon} outlets={connectors} steps={steps.value} nowMs={at === null ? undefined : Date.parse(at)} />
      <RestOfRig view={view} />
      <p class="soft small">{end}</p>
    </>
  );
}

/** Stays in sight: what is live and how it is opened, and what was said last, in English as on the terminal. */
function Above({ view }: { view: RigView }): JSX.Element {
  const { closed: closedWords, openNow } = said(rigWords);
  const closed = view.connectors.find(({ closedForS }) => closedForS !== null);
  const last = told.value;
  const tones = { done: 'told small', asked: 'told wait small', refused: 'told stop small' };
  return (
    <div class="rig-above">
      {closed && (
        <div class="told stop rig-live">
          <strong>{closedWords(outletName(closed), closed.closedForS ?? 0)}</strong>
          <ActButton isFirst onAct={() => void work('openContactor', closed.connectorId)}>
            {openNow(outletName(closed))}
          </ActButton>
        </div>
      )}
      <output aria-busy={isActing.value}>
        {last && (
          <span class={tones[last.kind]} lang={last.line === '' ? undefined : 'en'}>
            {last.line === '' ? words().refusals.unreachable : last.line}
          </span>
        )}
      </output>
    </div>
  );
}
