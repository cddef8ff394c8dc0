/** The page "Charging Mode" of the guide: mode, connection parameters, switch and status (steps 3 to 6). */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { PageConnection, PageSide, PageView } from '../../control/pages/page-view';
import { figure } from './figures';
import { connectionTone } from './home';
import { Field, State, Title, Told, useAsking, wordsOf } from './parts';
import { words } from './state';
import { Tries } from './tries';

const modes = ['ocpp', 'free', 'cards'] as const;

export function ChargingMode({ view }: { view: PageView }): JSX.Element {
  const { mode } = words();
  return (
    <>
      <Title>{mode.title}</Title>
      <ModeSelection sides={view.sides} />
      <Address connection={view.connection} />
      <Status view={view} />
    </>
  );
}

/** On a double station the right side first (guide, step 4): it is the one that is selected to begin with. */
function ModeSelection({ sides }: { sides: readonly PageSide[] }): JSX.Element {
  const { mode: said, sides: names } = words();
  const { outcome, ask, forget } = useAsking();
  const chosen = useSignal(sides[0]?.side ?? 'right');
  const side = sides.find((one) => one.side === chosen.value) ?? sides[0];
  const isDouble = sides.length > 1;
  const isOcpp = sides.every(({ mode }) => mode === 'ocpp');
  const needsRight = isDouble && !isOcpp && chosen.value !== 'right';
  const select = (picked: PageSide['side']): void => {
    chosen.value = picked;
    forget();
  };
  return (
    <section class="card" aria-labelledby="mode-title">
      <h2 id="mode-title">{said.select}</h2>
      {isDouble && (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset would need a legend beside the name it has
        <div role="group" aria-label={said.side} class="acts">
          {sides.map((one) => (
            <button
              key={one.side}
              type="button"
              class="act"
              aria-pressed={one.side === chosen.value}
              onClick={() => select(one.side)}
            >
              {names[one.side]}
            </button>
          ))}
        </div>
      )}
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      <div role="group" aria-labelledby="mode-title" class="acts">
        {modes.map((mode) => (
          <button
            key={mode}
            type="button"
            class="act"
            aria-pressed={side?.mode === mode}
            disabled={mode === 'ocpp' && needsRight}
            onClick={() => ask('/api/mode', { side: chosen.value, mode })}
          >
            {said.names[mode]}
          </button>
        ))}
      </div>
      <p>{said.says[side?.mode ?? 'none']}</p>
      {isDouble && isOcpp && <p class="told">{said.both}</p>}
      {needsRight && <p class="told wait">{said.rightFirst}</p>}
      {isDouble && !isOcpp && !needsRight && <p class="soft small">{said.both}</p>}
      {isOcpp && <p class="soft small">{said.leaves}</p>}
      <Told outcome={outcome} />
    </section>
  );
}

function Address({ connection }: { connection: PageConnection }): JSX.Element {
  const { address: said } = words();
  const { outcome, ask, forget } = useAsking();
  // What is being typed; undefined: as the station has it.
  const url = useSignal<string | undefined>(undefined);
  const uid = useSignal<string | undefined>(undefined);
  const shown = { url: url.value ?? connection.url, uid: uid.value ?? connection.uid };
  const isChanged = shown.url !== connection.url || shown.uid !== connection.uid;
  const refused = outcome?.refused;
  const wrong = (code: 'urlInvalid' | 'uidInvalid'): string | undefined =>
    refused?.refused === code ? wordsOf(refused) : undefined;
  const isOfField = refused?.refused === 'urlInvalid' || refused?.refused === 'uidInvalid';
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (!(await ask('/api/address', { url: shown.url.trim(), uid: shown.uid.trim() }))) return;
    url.value = undefined;
    uid.value = undefined;
  };
  return (
    <section class="card" aria-labelledby="address-title">
      <h2 id="address-title">{said.title}</h2>
      <p class="soft small">{said.given}</p>
      <form onSubmit={submit} onInput={forget}>
        <Field
          name="url"
          label={said.url}
          hint={said.urlHint}
          type="url"
          wrong={wrong('urlInvalid')}
          value={shown.url}
          onValue={(text) => (url.value = text)}
        />
        <Field
          name="uid"
          label={said.uid}
          hint={said.uidHint}
          wrong={wrong('uidInvalid')}
          value={shown.uid}
          onValue={(text) => (uid.value = text)}
        />
        <div class="acts">
          <button type="submit" class="act first">
            {said.save}
          </button>
        </div>
        <Told outcome={isOfField ? undefined : outcome} done={said.saved} />
        <p class="soft small break">
          {isChanged ? said.unsaved : connection.address !== '' && said.calls(connection.address)}
        </p>
      </form>
    </section>
  );
}

function Status({ view }: { view: PageView }): JSX.Element {
  const { connection: said, causes } = words();
  const { outcome, ask } = useAsking();
  const { connection } = view;
  const { switchedOn, cause, detail, address } = connection;
  const isTried = cause !== 'otherMode' && cause !== 'switchedOff' && address !== '';
  return (
    <section class="card" aria-labelledby="status-title">
      <div class="switch">
        <button
          type="button"
          role="switch"
          aria-checked={switchedOn}
          onClick={() => ask('/api/connection', { on: !switchedOn })}
        >
          <i aria-hidden="true" />
          {said.switch}
        </button>
        <span>{switchedOn ? said.on : said.off}</span>
      </div>
      {!switchedOn && <p class="soft small">{said.offSays}</p>}
      <Told outcome={outcome} />
      <h2 id="status-title">{said.title}</h2>
      <dl class="rows" aria-live="polite">
        <dt>{said.activation}</dt>
        <dd>{connection.activation}</dd>
        <dt>{said.server}</dt>
        <dd>
          <State tone={connectionTone(view)}>{said.names[connection.status]}</State>
        </dd>
        <dt>{said.heartbeat}</dt>
        <dd>
          {figure(connection.heartbeatS)} {said.seconds}
        </dd>
        {cause !== 'accepted' && <dt>{said.why}</dt>}
        {cause !== 'accepted' && <dd>{causes[cause]}</dd>}
        {isTried && <dt>{said.tried}</dt>}
        {isTried && <dd class="break">{address}</dd>}
        {isTried && detail && <dt>{said.detail}</dt>}
        {isTried && detail && (
          <dd class="break soft small" lang="en">
            {detail}
          </dd>
        )}
      </dl>
      {isTried && connection.status !== 'Connected' && <Tries connection={connection} />}
    </section>
  );
}
