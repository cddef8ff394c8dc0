/** One outlet of an armed rig: each part as it is, with what can be done to it, and its pilot as an oscilloscope shows it. */
import type { ComponentChildren, JSX } from 'preact';
import { useId } from 'preact/hooks';
import type { RigAct, WorkedConnector, WorkedPart } from '../../../control/pages/armed-rig';
import { ActButton } from '../bench/acts';
import { PilotScope } from '../bench/scope';
import { outletName } from '../bench/station-time';
import { benchWords } from '../bench.words';
import { figure } from '../figures';
import { FigureList, State } from '../parts';
import { rigWords } from '../rig.words';
import { said, words } from '../state';
import { asked, work } from './rig-state';

interface OutletProps {
  connector: WorkedConnector;
  /** Another one, whose contactor was closed by hand. */
  closedElsewhere: WorkedConnector | undefined;
}

export function Outlet({ connector, closedElsewhere }: OutletProps): JSX.Element {
  const { connectorId, side, closedForS, has } = connector;
  const id = `outlet-${connectorId}`;
  const hasPilot = has.pilot !== 'none';
  return (
    <section class={closedForS === null ? 'card answer' : 'card answer stop'} aria-labelledby={id}>
      <div class="head">
        <h2 id={id}>{outletName(connector)}</h2>
        <span class="soft small">{words().sides[side]}</span>
      </div>
      <div class="bench-outlet">
        <div class="rig-parts">
          <Contactor connector={connector} closedElsewhere={closedElsewhere} />
          <Part {...{ connector }} part="lock" acts={['lock', 'unlock']} shut={['lock', 'unlock']}>
            <Lock connector={connector} />
          </Part>
          <Part {...{ connector }} part="residual" acts={['testResidual', 'resetResidual']} shut={['testResidual']}>
            <Residual connector={connector} />
          </Part>
          {hasPilot && <Sensors connector={connector} />}
        </div>
        <div class="rig-parts">
          {hasPilot ? <Pilot connector={connector} /> : <Sensors connector={connector} />}
          <Part {...{ connector }} part="meter">
            <Meter connector={connector} />
          </Part>
        </div>
      </div>
    </section>
  );
}

/** And the light: what speaks for no side of the card. */
function Sensors({ connector }: { connector: WorkedConnector }): JSX.Element {
  const { nothingShown } = said(rigWords);
  const { indicator } = connector;
  return (
    <>
      <Part {...{ connector }} part="proximity">
        <Proximity connector={connector} />
      </Part>
      <Part {...{ connector }} part="plug">
        <Plug connector={connector} />
      </Part>
      <Part {...{ connector }} part="thermometer">
        <Thermometer connector={connector} />
      </Part>
      <Part {...{ connector }} part="indicator" acts={['nextPattern']}>
        {indicator === null ? <span class="soft">{nothingShown}</span> : said(benchWords).indicators[indicator]}
      </Part>
    </>
  );
}

interface PartProps {
  connector: WorkedConnector;
  part: WorkedPart;
  acts?: readonly RigAct[];
  /** Those that are not done behind closed contacts. */
  shut?: readonly RigAct[];
  children?: ComponentChildren;
}

/** A part that the outlet does not have is not shown. */
function Part({ connector, part, acts = [], shut = [], children }: PartProps): JSX.Element | null {
  const { parts, missing } = said(rigWords);
  const presence = connector.has[part];
  if (presence === 'none') return null;
  return (
    <section class="rig-part">
      <h3>{parts[part]}</h3>
      <div>{presence === 'missing' ? <State tone="stop">{missing}</State> : children}</div>
      <PartActs {...{ connector, part, acts, shut }} />
    </section>
  );
}

/** Why some cannot be done is said once for all of them. */
function PartActs({
  connector,
  part,
  acts,
  shut = [],
}: Required<Omit<PartProps, 'children' | 'shut'>> & Pick<PartProps, 'shut'>): JSX.Element | null {
  const { acts: names, whyNot } = said(rigWords);
  const { connectorId, closedForS, has } = connector;
  const reasonAt = useId();
  if (acts.length === 0) return null;
  const isMissing = has[part] === 'missing';
  const reasonOf = (act: RigAct): string | undefined => {
    if (isMissing) return whyNot.missing;
    return closedForS !== null && shut.includes(act) ? whyNot.closedHere : undefined;
  };
  const reason = acts.map(reasonOf).find((one) => one !== undefined);
  return (
    <div class="rig-acts">
      <div class="acts">
        {acts.map((act) => (
          <ActButton key={act} reason={reasonOf(act)} reasonAt={reasonAt} onAct={() => void work(act, connectorId)}>
            {names[act]}
          </ActButton>
        ))}
      </div>
      {reason !== undefined && (
        <p id={reasonAt} class="soft small">
          {reason}
        </p>
      )}
    </div>
  );
}

function Untold(): JSX.Element {
  return <span class="soft">{said(rigWords).untold}</span>;
}

/** A reason of the parts, in English as the terminal has it. */
function Invalid({ reason }: { reason: string }): JSX.Element {
  return (
    <State tone="stop">
      {said(rigWords).invalid} <span lang="en">{reason}</span>
    </State>
  );
}

/** What closes it must be pressed twice: the button says so in its place. */
function Contactor({ connector, closedElsewhere }: OutletProps): JSX.Element {
  const { parts, acts, closeAgain, contactor: states, opensIn, missing, whyNot } = said(rigWords);
  const { connectorId, contactor, closedForS, has } = connector;
  const isAsked = asked.value === connectorId;
  const elsewhere = closedElsewhere && whyNot.closedElsewhere(outletName(closedElsewhere));
  const reason = has.contactor === 'missing' ? whyNot.missing : closedForS === null ? elsewhere : undefined;
  const tone = contactor === 'open' ? 'rest' : contactor === 'closed' ? 'stop' : 'wait';
  return (
    <section class="rig-part">
      <h3>{parts.contactor}</h3>
      <div>
        {has.contactor === 'missing' ? (
          <State tone="stop">{missing}</State>
        ) : contactor === null ? (
          <Untold />
        ) : (
          <State tone={tone}>{states[contactor]}</State>
        )}
        {closedForS !== null && ` (${opensIn(closedForS)})`}
      </div>
      <div class="rig-acts">
        <div class="acts">
          {closedForS === null && (
            <ActButton
              isDeliberate
              isDanger={isAsked}
              reason={reason}
              onAct={() => void work('closeContactor', connectorId)}
            >
              {isAsked ? closeAgain : acts.closeContactor}
            </ActButton>
          )}
          <ActButton isFirst={closedForS !== null} onAct={() => void work('openContactor', connectorId)}>
            {acts.openContactor}
          </ActButton>
        </div>
      </div>
    </section>
  );
}

const pilotActs = ['moreDuty', 'lessDuty', 'steady', 'unavailable'] as const;

function Pilot({ connector }: { connector: WorkedConnector }): JSX.Element {
  const { parts, drives, untold, missing } = said(rigWords);
  const { pilot, pilotFailure, driven, offerA, has } = connector;
  return (
    <section class="bench-group">
      <div class="head">
        <h3>{parts.pilot}</h3>
        <span class="soft small">{drives[driven]}</span>
      </div>
      {has.pilot === 'missing' && <State tone="stop">{missing}</State>}
      {pilot && <PilotScope pilot={pilot} offerA={offerA} />}
      {has.pilot === 'there' && !pilot && (pilotFailure === null ? <p>{untold}</p> : <Invalid reason={pilotFailure} />)}
      <PartActs connector={connector} part="pilot" acts={pilotActs} />
    </section>
  );
}

function Lock({ connector: { lock } }: { connector: WorkedConnector }): JSX.Element {
  if (lock === null) return <Untold />;
  return (
    <State tone={lock === 'locked' ? 'go' : lock === 'unlocked' ? 'rest' : 'wait'}>{said(rigWords).lock[lock]}</State>
  );
}

function Residual({ connector: { residual } }: { connector: WorkedConnector }): JSX.Element {
  const { tripped, notTripped, test } = said(rigWords);
  if (residual === null) return <Untold />;
  return (
    <>
      <State tone={residual.tripped ? 'stop' : 'go'}>{residual.tripped ? tripped : notTripped}</State>
      {`, ${test[residual.test]}`}
    </>
  );
}

function Proximity({ connector: { proximity } }: { connector: WorkedConnector }): JSX.Element {
  const { proximity: texts } = said(rigWords);
  if (proximity === null) return <Untold />;
  switch (proximity.kind) {
    case 'none':
      return <span>{texts.none}</span>;
    case 'cable':
      return <span>{texts.cable(figure(proximity.ohms), figure(proximity.ratingA))}</span>;
    case 'odd':
      return <State tone="wait">{texts.odd(figure(proximity.ohms))}</State>;
    case 'invalid':
      return <Invalid reason={proximity.reason} />;
    default:
      return proximity satisfies never;
  }
}

function Plug({ connector: { plug } }: { connector: WorkedConnector }): JSX.Element {
  const texts = said(rigWords).plug;
  return plug === null ? <Untold /> : <span>{plug ? texts.in : texts.out}</span>;
}

function Thermometer({ connector: { celsius } }: { connector: WorkedConnector }): JSX.Element {
  const { celsius: degrees, silent } = said(rigWords);
  if (celsius === null) return <Untold />;
  return celsius === 'silent' ? <State tone="wait">{silent}</State> : <span>{degrees(figure(celsius))}</span>;
}

function Meter({ connector: { meter, meterFailure } }: { connector: WorkedConnector }): JSX.Element {
  if (meterFailure !== null) return <Invalid reason={meterFailure} />;
  if (meter === null) return <Untold />;
  const { power, current, energy, voltage } = said(rigWords).meter;
  const phases = (values: readonly number[], digits: number): string =>
    values.map((value) => figure(value, digits)).join(' · ');
  return (
    <FigureList
      rows={[
        [voltage, phases(meter.voltageV, 1), 'V'],
        [current, phases(meter.currentA, 2), 'A'],
        [power, figure(meter.powerW / 1_000, 2), 'kW'],
        [energy, figure(meter.energyWh / 1_000, 3), 'kWh'],
      ]}
    />
  );
}
