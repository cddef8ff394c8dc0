/** The page of network and time: what the operating system says of them, what time the station holds it for, and who changes it. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { Fragment } from 'preact';
import { useMemo } from 'preact/hooks';
import type { PageNetwork } from '../../control/pages/network';
import type { PageView } from '../../control/pages/page-view';
import type { MachineInterface } from '../../hal/ports';
import { figure } from './figures';
import { networkWords } from './network.words';
import { NetworkChange } from './network-change';
import { State, Title, useFetched } from './parts';
import { useNow } from './seconds';
import { said, words } from './state';
import { duration, wholeInstant } from './times';

/** Less is within what the way of a message takes, in ms. */
const sameMs = 1_000;
const minuteMs = 60_000;

export function Network({ view: { revisions } }: { view: PageView }): JSX.Element {
  const phrases = said(networkWords);
  // Nobody tells what the operating system changes by itself: it is asked when somebody wants to know.
  const asked = useSignal(0);
  const told = useFetched<PageNetwork>('/api/network', `${revisions.network} ${asked.value}`);
  return (
    <>
      <Title>{words().network}</Title>
      {told && <Machine of={told.machine} />}
      {told?.wired && <NetworkChange of={told.wired} machine={told.machine} />}
      {told && <Time of={told} />}
      <section class="card">
        <h2>{phrases.who}</h2>
        <p>{told?.wired && !told.wired.refused ? phrases.whoElse : phrases.whoSays}</p>
        <div class="acts">
          <button type="button" class="act" onClick={() => (asked.value += 1)}>
            {phrases.again}
          </button>
        </div>
      </section>
    </>
  );
}

function Machine({ of: machine }: { of: PageNetwork['machine'] }): JSX.Element {
  const words = said(networkWords);
  const list = (texts: readonly string[]): string => (texts.length === 0 ? words.none : texts.join(', '));
  return (
    <section class="card">
      <h2>{words.network}</h2>
      {!machine && <p>{words.nobodyAsks}</p>}
      {machine && (
        <dl class="rows">
          <dt>{words.host}</dt>
          <dd class="break">{machine.hostName}</dd>
          <dt>{words.gateways}</dt>
          <dd class="break">{list(machine.gateways)}</dd>
          <dt>{words.nameServers}</dt>
          <dd class="break">{list(machine.nameServers)}</dd>
        </dl>
      )}
      {machine?.interfaces === null && <p class="told wait">{words.notKnown}</p>}
      {machine?.interfaces?.length === 0 && <p class="told wait">{words.noInterfaces}</p>}
      {machine?.interfaces?.map((one) => (
        <Interface key={one.name} of={one} />
      ))}
    </section>
  );
}

function Interface({ of: { name, mac, isUp, addresses } }: { of: MachineInterface }): JSX.Element {
  const words = said(networkWords);
  return (
    <section class="socket">
      <div class="head">
        <h3>{name}</h3>
        <State tone={isUp ? 'go' : 'rest'}>{isUp ? words.up : words.down}</State>
      </div>
      <dl class="rows">
        <dt>{words.addresses}</dt>
        <dd class="break">
          {addresses.length === 0 && (isUp ? words.noAddress : words.noAddresses)}
          {addresses.map(({ address, by }) => (
            <Fragment key={address}>
              {address} <span class="soft small">{words.by[by]}</span>
              <br />
            </Fragment>
          ))}
        </dd>
        {mac !== '' && <dt>{words.mac}</dt>}
        {mac !== '' && <dd>{mac}</dd>}
      </dl>
    </section>
  );
}

function Time({ of: told }: { of: PageNetwork }): JSX.Element {
  const words = said(networkWords);
  const { machine, time } = told;
  const now = useNow();
  // The clock of whoever looks is another one: only what passes is taken from it.
  const heardAt = useMemo(() => Date.now(), [told]);
  const passedMs = Math.max(0, now - heardAt);
  const zone = machine?.timeZone;
  const follows = machine?.followsTimeServer;
  return (
    <section class="card">
      <h2>{words.time}</h2>
      <dl class="rows">
        <dt>{words.now}</dt>
        <dd>{time.unixMs === null ? words.noTime : wholeInstant(time.unixMs + passedMs, zone)}</dd>
        {zone && <dt>{words.zone}</dt>}
        {zone && <dd>{zone}</dd>}
        <dt>{words.source}</dt>
        <dd>{words.sources[time.source ?? 'none']}</dd>
        <dt>{words.timeServer}</dt>
        <dd>
          {follows === undefined || follows === null ? words.notKnown : follows ? words.follows : words.followsNone}
        </dd>
        <dt>{words.central}</dt>
        <dd>{centralWords(time.central, passedMs)}</dd>
      </dl>
    </section>
  );
}

function centralWords(central: PageNetwork['time']['central'], passedMs: number): string {
  const words = said(networkWords);
  if (!central) return words.neverTold;
  const { aheadMs, msAgo } = central;
  const by = spanWords(Math.abs(aheadMs));
  const what = Math.abs(aheadMs) < sameMs ? words.same : aheadMs > 0 ? words.ahead(by) : words.behind(by);
  return words.told(what, spanWords(msAgo + passedMs));
}

function spanWords(ms: number): string {
  return ms < minuteMs ? said(networkWords).seconds(figure(ms / 1_000, 0)) : duration(ms / 1_000);
}
