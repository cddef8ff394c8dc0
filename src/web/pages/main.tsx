/** The pages of the station, which of them is shown and what is around it; or, at their doors, the page of the bench or of an armed rig. */

import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { render } from 'preact';
import { useEffect } from 'preact/hooks';
import { LogIn, NewPassword } from './log-in';
import { type PageRow, pageAt, pageTable } from './page-table';
import { askLevel, language, leave, level, page, post, speak, staleSince, view, words } from './state';
import type { PageGroup } from './words';

function App(): JSX.Element {
  const { skip } = words();
  useEffect(() => {
    document.documentElement.lang = language.value;
  }, [language.value]);
  return (
    <>
      <button type="button" class="skip act" onClick={skipToContent}>
        {skip}
      </button>
      <Bar />
      <div class={level.value === 'session' ? 'frame' : undefined}>
        {level.value === 'session' && <Rail />}
        <Shown />
      </div>
    </>
  );
}

/** No link, for the place after # is that of the page. */
function skipToContent(): void {
  document.querySelector<HTMLElement>('#content h1')?.focus();
}

function Shown(): JSX.Element {
  switch (level.value) {
    case 'unknown':
      return <Content stale={words().loading} />;
    case 'anyone':
      return (
        <Content>
          <LogIn />
        </Content>
      );
    case 'newcomer':
      return (
        <Content>
          <NewPassword />
        </Content>
      );
    case 'session':
      return <Station />;
    default:
      return level.value satisfies never;
  }
}

/** What is not of now is said above it, and grey. */
function Content({ stale, children }: { stale?: string | undefined; children?: JSX.Element }): JSX.Element {
  return (
    <main id="content" class={stale ? 'stale' : undefined}>
      <output>{stale && <span class="told wait">{stale}</span>}</output>
      {children}
    </main>
  );
}

function Station(): JSX.Element {
  const { staleSince: staleWords, restarting, loading } = words();
  const since = staleSince.value;
  const told = since === undefined ? undefined : staleWords(new Date(since).toLocaleTimeString(language.value));
  if (view.value === undefined) return <Content stale={told ?? loading} />;
  if (view.value === null) return <Content stale={told ?? restarting} />;
  return <Content stale={told}>{pageAt(page.value).show(view.value)}</Content>;
}

const groups: readonly PageGroup[] = ['charging', 'centralSystem', 'service'];

function pagesOf(group: PageGroup): readonly PageRow[] {
  return pageTable.filter((row) => row.group === group);
}

/** Beside the page where there is room; on a phone it opens when it is asked for. */
function Rail(): JSX.Element {
  const { groups: names, menu } = words();
  const isOpen = useSignal(false);
  const here = pageAt(page.value);
  useEffect(() => {
    isOpen.value = false;
  }, [here, isOpen]);
  return (
    <nav aria-label={menu} class="rail">
      <button
        type="button"
        class="act menu"
        aria-expanded={isOpen.value}
        onClick={() => {
          isOpen.value = !isOpen.value;
        }}
      >
        <span>{menu}</span> <strong>{here.name()}</strong>
      </button>
      <div class={isOpen.value ? 'open' : 'shut'}>
        {groups
          .filter((group) => pagesOf(group).length > 0)
          .map((group) => (
            <section key={group}>
              <h2>{names[group]}</h2>
              <ul>
                {pagesOf(group).map((row) => (
                  <li key={row.hash}>
                    <a href={row.hash === '' ? '#' : row.hash} aria-current={row === here ? 'page' : undefined}>
                      {row.name()}
                    </a>
                  </li>
                ))}
              </ul>
            </section>
          ))}
      </div>
    </nav>
  );
}

/** The bench is for browsers of its own machine. */
const isOfThisMachine = /^(127\.\d+\.\d+\.\d+|\[::1\]|localhost)$/;

function Bar(): JSX.Element {
  const said = words();
  const other = language.value === 'en' ? 'fr' : 'en';
  const bench = view.value?.bench;
  const logOut = async (): Promise<void> => {
    if ((await post('/api/log-out', {})) === undefined) leave();
  };
  return (
    <header class="bar">
      <strong>Green'Up</strong>
      {bench && isOfThisMachine.test(location.hostname) && (
        <a class="plain" href={bench}>
          {said.bench}
        </a>
      )}
      <button type="button" class="plain other" lang={other} onClick={() => speak(other)}>
        {said.language.other}
      </button>
      {(level.value === 'session' || level.value === 'newcomer') && (
        <button type="button" class="plain" onClick={logOut}>
          {said.logOut}
        </button>
      )}
    </header>
  );
}

const { door } = document.documentElement.dataset;
if (door === 'bench') {
  void import('./bench/bench').then(({ showBench }) => showBench());
} else if (door === 'rig') {
  void import('./rig/rig').then(({ showRigPage }) => showRigPage());
} else {
  render(<App />, document.body);
  void askLevel();
}
