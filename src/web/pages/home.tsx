/** The first page: does it charge, and if not why; then each socket, and the connection. */
import type { JSX } from 'preact';
import type { PageSpell } from '../../control/pages/diagnostics';
import type { PageConnector, PageSide, PageView } from '../../control/pages/page-view';
import { figure } from './figures';
import { homeWords } from './home.words';
import { LimitBars, LimitReasons } from './limit-reasons';
import { FigureList, type FigureRow, State, Title } from './parts';
import { answeringSocket, plainStateOf, type SocketHere, tones } from './plain-state';
import { said, words } from './state';
import { instant } from './times';

export function Home({ view }: { view: PageView }): JSX.Element {
  const { home } = words();
  return (
    <>
      <Title>{home}</Title>
      <Answer view={view} />
      <div class="sides">
        {view.sides.map((side) => (
          <Side key={side.side} side={side} isAlone={view.sides.length === 1} />
        ))}
      </div>
    </>
  );
}

function Answer({ view }: { view: PageView }): JSX.Element {
  const { causes, connection: said, faults, stationFault, chargingMode, answer, of } = words();
  const { connection, station } = view;
  const socket = answeringSocket(view);
  const broken = station.status === 'Faulted' ? station.faults[0] : undefined;
  const tone = broken ? 'stop' : socket ? tones[socket.state] : 'rest';
  return (
    <section class={`card answer ${tone}`}>
      <p>{socket?.state === 'charging' ? answer.charges : answer.not}</p>
      <p>{broken ? of(stationFault, faults[broken]) : socket && sentenceFor(view, socket)}</p>
      <Energies {...view} />
      <LastFault spell={station.lastFault} />
      <p>
        <State tone={connectionTone(view)}>{said.names[connection.status]}</State>{' '}
        <span class="break">{connection.address}</span>
      </p>
      {connection.cause !== 'accepted' && (
        <p>
          {causes[connection.cause]} <a href="#mode">{chargingMode}</a>
        </p>
      )}
    </section>
  );
}

export function connectionTone({ connection }: PageView): 'go' | 'wait' | 'stop' | 'rest' {
  if (connection.status === 'Connected') return connection.cause === 'accepted' ? 'go' : 'wait';
  return connection.cause === 'otherMode' || connection.cause === 'switchedOff' ? 'rest' : 'wait';
}

/** Of all sockets, unless it is true of the station as a whole. */
function sentenceFor(view: PageView, { side, connector, state }: SocketHere): string {
  const { states, sides, faults, kinds, of } = words();
  const fault = connector.faults[0];
  const sentence = fault && (state === 'faulted' || state === 'faultPauses') ? faults[fault] : states[state].sentence;
  if (state === 'free' || state === 'nobody') return sentence;
  const where = view.sides.length === 1 ? kinds[connector.kind] : `${sides[side.side]}, ${kinds[connector.kind]}`;
  return of(where, sentence);
}

function Side({ side, isAlone }: { side: PageSide; isAlone: boolean }): JSX.Element {
  const { sides, mode } = words();
  return (
    <section class="card">
      <div class="head">
        <h2>{isAlone ? words().home : sides[side.side]}</h2>
        <span class="soft small">{side.mode === 'none' ? mode.says.none : mode.names[side.mode]}</span>
      </div>
      {side.connectors.map((connector) => (
        <Socket key={connector.connectorId} connector={connector} mode={side.mode} />
      ))}
    </section>
  );
}

function Socket({ connector, mode }: { connector: PageConnector; mode: PageSide['mode'] }): JSX.Element {
  const { socket, kinds, states, faults } = words();
  const state = plainStateOf(connector, mode);
  const [fault] = connector.faults;
  const hasCharge = connector.energyWh !== null;
  return (
    <section class="socket">
      <div class="head">
        <h3>{socket(kinds[connector.kind], connector.connectorId)}</h3>
        <State tone={tones[state]}>{states[state].word}</State>
      </div>
      {state !== 'free' && state !== 'charging' && !fault && <p>{states[state].sentence}</p>}
      {fault && <p class="told stop">{faults[fault]}</p>}
      {hasCharge && <Figures connector={connector} />}
      {hasCharge && <LimitBars limit={connector.limit} />}
      {connector.status !== 'Unavailable' && (
        <LimitReasons limit={connector.limit} isAlone={state === 'free' || state === 'nobody'} />
      )}
      <p class="soft small">{socketEnergyOf(connector)}</p>
      <LastFault spell={connector.lastFault} />
    </section>
  );
}

function socketEnergyOf({ todayWh, registerWh }: PageConnector): string {
  const { socketEnergy, register } = said(homeWords);
  const all = figure(registerWh / 1_000);
  return todayWh === null ? register(all) : socketEnergy(figure(todayWh / 1_000), all);
}

/** Of the station; of today nothing while nobody knows the time. */
function Energies({ sides }: PageView): JSX.Element {
  const { todayAndAll, all } = said(homeWords);
  const connectors = sides.flatMap((side) => side.connectors);
  const sum = (energies: readonly (number | null)[]): string =>
    figure(energies.reduce<number>((total, one) => total + (one ?? 0), 0) / 1_000);
  const register = sum(connectors.map(({ registerWh }) => registerWh));
  const today = connectors.map(({ todayWh }) => todayWh);
  return <p>{today.includes(null) ? all(register) : todayAndAll(sum(today), register)}</p>;
}

/** It has healed; what to look at is said all the same. */
function LastFault({ spell }: { spell: PageSpell | null }): JSX.Element | null {
  const { lastFault, unknown } = said(homeWords);
  if (spell === null) return null;
  const [from, to] = [spell.cameAt, spell.wentAt].map((at) => (at === null ? unknown : instant(at)));
  return (
    <p class="small">
      <span class="soft">{lastFault(from ?? unknown, to ?? unknown)}</span> {words().faults[spell.fault]}
    </p>
  );
}

function Figures({ connector }: { connector: PageConnector }): JSX.Element {
  const { power, current, energy } = words();
  const rows: FigureRow[] = [
    [power, figure(connector.powerW / 1_000), 'kW'],
    [current, figure(connector.drawnA), 'A'],
    [energy, figure((connector.energyWh ?? 0) / 1_000, 2), 'kWh'],
  ];
  return <FigureList rows={rows} />;
}
