/** One outlet at the bench: what people do with cable, vehicle and station there, what breaks, and its pilot. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { BenchFacts, BenchOutlet, PlayedConnector, PossibleFault } from '../../../control/pages/bench';
import { benchWords } from '../bench.words';
import { said, words } from '../state';
import { Act, BenchTold, Choice, useBench } from './bench-parts';
import { Scope } from './scope';
import { outletName } from './station-time';
import {
  type CableEnd,
  type VehicleAct,
  whyNotFault,
  whyNotPlug,
  whyNotStop,
  whyNotUnlock,
  whyNotUnplug,
  whyNotVehicle,
} from './why-not';

interface PanelProps {
  outlet: BenchOutlet;
  connector: PlayedConnector;
  known: BenchFacts;
}

export function OutletPanel(props: PanelProps): JSX.Element {
  const { outlet, connector } = props;
  return (
    <section class="card" aria-labelledby="outlet-title">
      <h2 id="outlet-title">
        {outletName(outlet)} · {words().sides[outlet.side]}
      </h2>
      <div class="bench-outlet">
        <div class="bench-acts">
          <Cable {...props} />
          <Vehicle {...props} />
          <AtStation {...props} />
          <Faults connectorId={outlet.connectorId} possible={outlet.faults} caused={connector.caused} />
        </div>
        <Scope connector={connector} />
      </div>
    </section>
  );
}

function Cable({ outlet, connector, known }: PanelProps): JSX.Element {
  const { acts } = said(benchWords);
  const { told, give } = useBench();
  const vehicle = useSignal('');
  const cable = useSignal('32');
  const end = useSignal('both');
  const ends = (outlet.takesCables ? end.value : 'both') as CableEnd;
  const request = { connector: outlet.connectorId, ...(outlet.takesCables ? { end: ends } : {}) };
  const plug = (): void =>
    give('plug', {
      ...request,
      ...(outlet.takesCables && ends !== 'vehicle' ? { cable: Number(cable.value) } : {}),
      ...(vehicle.value === '' || ends === 'station' ? {} : { ev: vehicle.value }),
    });
  return (
    <section class="bench-group">
      <h3>{acts.plugTitle}</h3>
      <Choice
        label={acts.vehicle}
        chosen={vehicle}
        choices={[
          { value: '', text: acts.usualVehicle },
          ...known.vehicles.map(({ name, like }) => ({ value: name, text: `${name} (${like})` })),
        ]}
      />
      {outlet.takesCables && (
        <div class="bench-pair">
          <Choice
            label={acts.cable}
            chosen={cable}
            choices={known.cablesA.map((amps) => ({ value: String(amps), text: acts.amps(String(amps)) }))}
          />
          <Choice
            label={acts.end}
            chosen={end}
            choices={Object.entries(acts.ends).map(([value, text]) => ({ value, text }))}
          />
        </div>
      )}
      <div class="acts">
        <Act isFirst why={whyNotPlug(connector, ends)} onAct={plug}>
          {acts.plug}
        </Act>
        <Act why={whyNotUnplug(connector, ends)} onAct={() => give('unplug', request)}>
          {acts.unplug}
        </Act>
      </div>
      <BenchTold {...told} />
    </section>
  );
}

/** A vehicle that sleeps without offer does so at once where nothing is offered. */
const vehicleChanges: Readonly<Record<Exclude<VehicleAct, 'draw'>, object>> = {
  want: { paused: false },
  pause: { paused: true },
  sleep: { sleepsAfterMs: 1 },
  wake: { sleepsAfterMs: 0 },
  fill: { stateOfCharge: 100 },
};
const vehicleActs = Object.keys(vehicleChanges) as (keyof typeof vehicleChanges)[];
const drawnAmps = ['6', '10', '16', '32', '40'];

function Vehicle({ outlet, connector }: PanelProps): JSX.Element {
  const { acts, whyNot } = said(benchWords);
  const { told, give } = useBench();
  const draws = useSignal('');
  const change = (changed: object): void => give('ev', { connector: outlet.connectorId, change: changed });
  return (
    <section class="bench-group">
      <h3>{acts.vehicleTitle}</h3>
      {connector.vehicle === null && <p class="soft small">{whyNot.noVehicle}</p>}
      {connector.vehicle !== null && (
        <div class="acts">
          {vehicleActs.map((name) => (
            <Act key={name} why={whyNotVehicle(connector, name)} onAct={() => change(vehicleChanges[name])}>
              {acts[name]}
            </Act>
          ))}
        </div>
      )}
      {connector.vehicle !== null && (
        <Choice
          label={acts.draw}
          chosen={draws}
          choices={[
            { value: '', text: acts.asOffered },
            ...drawnAmps.map((amps) => ({ value: amps, text: acts.amps(amps) })),
          ]}
          onChoice={(amps) => change({ drawA: amps === '' ? null : Number(amps) })}
        />
      )}
      <BenchTold {...told} />
    </section>
  );
}

function AtStation({ outlet, connector }: PanelProps): JSX.Element {
  const { acts } = said(benchWords);
  const { told, give } = useBench();
  const here = { connector: outlet.connectorId };
  return (
    <section class="bench-group">
      <h3>{acts.stationTitle}</h3>
      <div class="acts">
        <Act why={whyNotStop(connector)} onAct={() => give('stop', here)}>
          {acts.stop}
        </Act>
        <Act why={whyNotUnlock(outlet)} onAct={() => give('unlock', here)}>
          {acts.unlock}
        </Act>
        <Act onAct={() => give('clear', here)}>{acts.clear}</Act>
      </div>
      <BenchTold {...told} />
    </section>
  );
}

interface FaultsProps {
  /** 0: the station as a whole. */
  connectorId: number;
  possible: readonly PossibleFault[];
  caused: readonly string[];
}

/** Those that are there are said where the list is shut, too. */
export function Faults({ connectorId, possible, caused }: FaultsProps): JSX.Element {
  const { acts, faults } = said(benchWords);
  const { told, give } = useBench();
  const there = possible.filter(({ kind }) => caused.includes(kind)).map(({ kind }) => faults[kind]);
  return (
    <section class="bench-group">
      <details>
        <summary>
          <strong>{acts.faults}</strong> {there.length === 0 ? acts.noFaults : there.join(', ')}
        </summary>
        <div class="acts">
          {possible.map((fault) => {
            const isThere = caused.includes(fault.kind);
            return (
              <Act
                key={fault.kind}
                isPressed={isThere}
                why={isThere ? undefined : whyNotFault(fault, caused)}
                onAct={() => give('fault', { connector: connectorId, kind: fault.kind, present: !isThere })}
              >
                {faults[fault.kind]}
              </Act>
            );
          })}
        </div>
      </details>
      <BenchTold {...told} />
    </section>
  );
}
