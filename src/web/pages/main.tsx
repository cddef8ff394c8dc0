/** The pages of the station: which of them is shown, and what is around it. */

import type { JSX } from 'preact';
import { render } from 'preact';
import { useEffect } from 'preact/hooks';
import { ChargingMode } from './charging-mode';
import { Home } from './home';
import { LogIn, NewPassword } from './log-in';
import { askLevel, language, leave, level, page, post, speak, staleSince, view, words } from './state';

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
      <Shown />
    </>
  );
}

/** No link, for the place after # is that of the page. */
function skipToContent(): void {
  document.querySelector<HTMLElement>('#content h1')?.focus();
}

function Shown(): JSX.Element | null {
  switch (level.value) {
    case 'unknown':
      return <Waiting words={words().loading} />;
    case 'anyone':
      return <LogIn />;
    case 'newcomer':
      return <NewPassword />;
    case 'session':
      return page.value === '#password' ? <NewPassword /> : <Station />;
    default:
      return level.value satisfies never;
  }
}

function Waiting({ words: said }: { words: string }): JSX.Element {
  return (
    <main id="content">
      <output>{said}</output>
    </main>
  );
}

function Station(): JSX.Element {
  const { staleSince: staleWords, restarting, loading } = words();
  const since = staleSince.value;
  const told = since === undefined ? undefined : staleWords(new Date(since).toLocaleTimeString(language.value));
  if (view.value === undefined) return <Waiting words={told ?? loading} />;
  if (view.value === null) return <Waiting words={told ?? restarting} />;
  return (
    <main id="content" class={told ? 'stale' : undefined}>
      <output>{told && <span class="told wait">{told}</span>}</output>
      {page.value === '#mode' ? <ChargingMode view={view.value} /> : <Home view={view.value} />}
    </main>
  );
}

function Bar(): JSX.Element {
  const said = words();
  const other = language.value === 'en' ? 'fr' : 'en';
  const links = [
    ['', said.home],
    ['#mode', said.chargingMode],
    ['#password', said.changePassword],
  ] as const;
  const logOut = async (): Promise<void> => {
    if ((await post('/api/log-out', {})) === undefined) leave();
  };
  const isHere = (hash: string): boolean =>
    hash === '' ? page.value !== '#mode' && page.value !== '#password' : page.value === hash;
  return (
    <header class="bar">
      <strong>Green'Up</strong>
      {level.value === 'session' && (
        <nav>
          {links.map(([hash, name]) => (
            <a key={hash} href={hash === '' ? '#' : hash} aria-current={isHere(hash) ? 'page' : undefined}>
              {name}
            </a>
          ))}
        </nav>
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

render(<App />, document.body);
void askLevel();
