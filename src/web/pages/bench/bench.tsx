/** The page of the bench: a simulated station that is plugged, tapped, broken and mended, and what it makes of that. */
import type { JSX } from 'preact';
import { render } from 'preact';
import { useEffect } from 'preact/hooks';
import type { BenchFacts, BenchView } from '../../../control/pages/bench';
import { benchWords } from '../bench.words';
import { State, Title } from '../parts';
import { language, said, speak, staleSince, words } from '../state';
import { Around } from './around';
import { BenchRibbon } from './bench-ribbon';
import { bench, chosenOutlet, facts, listenToBench } from './bench-state';
import { Messages } from './messages';
import { OutletPanel } from './outlet-panel';
import { KeptSession } from './session';
import { PointCard } from './station-drawing';
import { stationTime } from './station-time';

export function showBench(): void {
  listenToBench();
  render(<Bench />, document.body);
}

function Bench(): JSX.Element {
  useEffect(() => {
    document.documentElement.lang = language.value;
  }, [language.value]);
  return (
    <>
      <Bar />
      <Content />
    </>
  );
}

function Bar(): JSX.Element {
  const other = language.value === 'en' ? 'fr' : 'en';
  const pages = facts.value?.pages;
  return (
    <header class="bar">
      <strong>Green'Up</strong>
      {pages && (
        <a class="plain" href={pages}>
          {said(benchWords).pages}
        </a>
      )}
      <button type="button" class="plain other" lang={other} onClick={() => speak(other)}>
        {words().language.other}
      </button>
    </header>
  );
}

/** What is not of now is said above it, and grey. */
function Content(): JSX.Element {
  const { title, loading, restarting, powerOff } = said(benchWords);
  const view = bench.value;
  const known = facts.value;
  const since = staleSince.value;
  const missing = view === null ? restarting : view?.power === 'off' ? powerOff : known ? undefined : loading;
  const stale = since === undefined ? missing : words().staleSince(new Date(since).toLocaleTimeString(language.value));
  return (
    <main id="content" class={stale ? 'bench stale' : 'bench'}>
      <output>{stale && <span class="told wait">{stale}</span>}</output>
      <Title>{title}</Title>
      {view?.power === 'off' && <Around view={view} />}
      {view?.power === 'on' && known && <Station view={view} known={known} />}
      {known && <BenchRibbon known={known} />}
      {known && <Messages />}
      {view?.power === 'on' && known && <KeptSession />}
    </main>
  );
}

function Station({ view, known }: { view: BenchView; known: BenchFacts }): JSX.Element {
  const chosen =
    known.outlets.find(({ connectorId }) => connectorId === chosenOutlet.value) ?? known.outlets[0] ?? undefined;
  const connector = view.points
    .flatMap(({ connectors }) => connectors)
    .find(({ connectorId }) => connectorId === chosen?.connectorId);
  return (
    <>
      <Line view={view} board={known.board} />
      <div class="sides">
        {view.points.map((point) => (
          <PointCard key={point.side} point={point} known={known} />
        ))}
      </div>
      {chosen && connector && (
        <OutletPanel key={chosen.connectorId} outlet={chosen} connector={connector} known={known} />
      )}
      <Around view={view} />
    </>
  );
}

function Line({ view, board }: { view: BenchView; board: string }): JSX.Element {
  const { central, connection: names, notAccepted, around } = said(benchWords);
  const { status, registration, url } = view.connection;
  const isInCharge = status === 'Connected' && registration === 'Accepted';
  return (
    <p class="bench-line">
      <strong>{board}</strong>
      <span>
        {central} <State tone={isInCharge ? 'go' : 'wait'}>{names[status]}</State>
        {status === 'Connected' && !isInCharge && ` (${notAccepted})`} <span class="soft break">{url}</span>
      </span>
      <span>
        {view.at === null ? '' : stationTime(view.at)}{' '}
        <span class="soft">
          {view.time.stands ? around.stands : view.time.speed === 1 ? '' : around.speed(String(view.time.speed))}
        </span>
      </span>
    </p>
  );
}
