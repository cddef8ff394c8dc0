/** The page "Diagnostics": is something wrong, what was, and what does each part say; and one report of it all. */
import { useSignal } from '@preact/signals';
import { type ComponentChildren, Fragment, type JSX } from 'preact';
import type { PageSpell } from '../../control/pages/diagnostics';
import type { PageView } from '../../control/pages/page-view';
import type { PagePart, PartReading } from '../../control/pages/part-readings';
import type { DiagnosticsAnswer } from '../diagnostics-routes';
import { diagnosticsWords } from './diagnostics.words';
import { figure } from './figures';
import { State, Title, useFetched } from './parts';
import { said, words } from './state';
import { duration, instant, wholeInstant } from './times';

const tones = { ok: 'go', note: 'wait', fail: 'stop' } as const;
const bytesOfMB = 1e6;

export function Diagnostics({ view }: { view: PageView }): JSX.Element {
  const { title, allWell, unwell, again, lookedAt } = said(diagnosticsWords);
  const asked = useSignal(0);
  const told = useFetched<DiagnosticsAnswer>('/api/diagnostics', `${view.revisions.events} ${asked.value}`);
  const odd = told?.checks.filter(({ result }) => result !== 'ok') ?? [];
  const tone = odd.some(({ result }) => result === 'fail') ? 'stop' : odd.length > 0 ? 'wait' : 'go';
  return (
    <>
      <Title>{title}</Title>
      {told && (
        <section class={`card answer ${tone}`}>
          <p>{odd.length === 0 ? allWell : unwell(odd.length)}</p>
          <Checks checks={told.checks} />
          <div class="acts">
            <button
              type="button"
              class="act"
              onClick={() => {
                asked.value += 1;
              }}
            >
              {again}
            </button>
            <p class="soft small beside">{told.at !== null && lookedAt(instant(told.at))}</p>
          </div>
        </section>
      )}
      {told && <Faults told={told} />}
      <Report />
      {told && <Parts parts={told.parts} />}
      {told && <Inside told={told} />}
    </>
  );
}

function Checks({ checks }: { checks: DiagnosticsAnswer['checks'] }): JSX.Element {
  const { results, checks: phrases } = said(diagnosticsWords);
  return (
    <ul class="plain-list">
      {checks.map(({ id, result }) => (
        <li key={id} class="check">
          <State tone={tones[result]}>{results[result]}</State>
          <span>{result === 'ok' ? phrases[id].well : phrases[id].unwell}</span>
        </li>
      ))}
    </ul>
  );
}

function whereOf(connectorId: number): string {
  const { wholeStation, socket } = said(diagnosticsWords);
  return connectorId === 0 ? wholeStation : socket(connectorId);
}

function Faults({ told: { faults, lately, warnings } }: { told: DiagnosticsAnswer }): JSX.Element {
  const phrases = said(diagnosticsWords);
  const { faults: remedies, of } = words();
  return (
    <section class="card">
      <h2>{phrases.faults}</h2>
      {faults.length === 0 && <p>{phrases.noFault}</p>}
      {faults.map(({ connectorId, fault }) => (
        <p key={`${connectorId} ${fault}`} class="told stop">
          {of(whereOf(connectorId), remedies[fault])}
        </p>
      ))}
      <h2>{phrases.lately}</h2>
      {lately.length === 0 && <p class="soft">{phrases.noneLately}</p>}
      <ul class="plain-list" hidden={lately.length === 0}>
        {lately.map((spell) => (
          <li key={`${spell.connectorId} ${spell.fault} ${spell.cameAt}`}>
            <p class="soft small">{spellTime(spell)}</p>
            <p>{of(whereOf(spell.connectorId), remedies[spell.fault])}</p>
          </li>
        ))}
      </ul>
      <h2>{phrases.warnings}</h2>
      {warnings.length === 0 && <p class="soft">{phrases.noWarnings}</p>}
      <ul class="plain-list" hidden={warnings.length === 0}>
        {warnings.map(({ at, text }, index) => (
          <li key={`${index} ${text}`}>
            {at !== null && <p class="soft small">{instant(at)}</p>}
            <p lang="en" class="break small">
              {text}
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}

function spellTime({ cameAt, wentAt }: PageSpell): string {
  const { fromTo, unknown } = said(diagnosticsWords);
  return fromTo(cameAt === null ? unknown : instant(cameAt), wentAt === null ? unknown : instant(wentAt));
}

/** A link and no script: the browser saves what it gets, while it gets it. */
function Report(): JSX.Element {
  const { title, says, act } = said(diagnosticsWords).report;
  return (
    <section class="card">
      <h2>{title}</h2>
      <p>{says}</p>
      <div class="acts">
        <a class="act first" href="/api/report" download>
          {act}
        </a>
      </div>
    </section>
  );
}

function Parts({ parts }: { parts: readonly PagePart[] }): JSX.Element {
  const { parts: title, partsSay } = said(diagnosticsWords);
  const ids = [...new Set(parts.map(({ connectorId }) => connectorId))];
  return (
    <section class="card">
      <h2>{title}</h2>
      <p class="soft">{partsSay}</p>
      <div class="sides">
        {ids.map((id) => (
          <section key={id} class="part-group">
            <h3>{whereOf(id)}</h3>
            <ul class="plain-list">
              {parts
                .filter(({ connectorId }) => connectorId === id)
                .map((part) => (
                  <Part key={part.part} part={part} />
                ))}
            </ul>
          </section>
        ))}
      </div>
    </section>
  );
}

function Part({ part: { part, reading, at, faults } }: { part: PagePart }): JSX.Element {
  const phrases = said(diagnosticsWords);
  const time = at === null ? '' : reading.kind === 'meter' ? phrases.at(instant(at)) : phrases.since(instant(at));
  const isUnknown = reading.kind === 'word' && reading.word === 'unknown';
  const tone = faults.length > 0 ? 'stop' : isUnknown ? 'wait' : 'go';
  return (
    <li class="part">
      <State tone={tone}>{phrases.names[part]}</State>
      <p>
        {readingText(reading)}
        <span class="soft small">{time}</span>
      </p>
      {faults.map((fault) => (
        <p key={fault} class="told stop small">
          {words().faults[fault]}
        </p>
      ))}
    </li>
  );
}

function readingText(reading: PartReading): string {
  const { readings, cable, meter } = said(diagnosticsWords);
  switch (reading.kind) {
    case 'word':
      return readings[reading.word];
    case 'cable':
      return cable(figure(reading.amps));
    case 'temperature':
      return `${figure(reading.celsius)} °C`;
    case 'meter': {
      const { energyWh, powerW, voltageV, currentA } = reading;
      const each = (values: readonly number[], digits: number): string =>
        values.map((value) => figure(value, digits)).join(' / ');
      return [
        `${meter.register} ${figure(energyWh / 1_000, 3)} kWh`,
        `${meter.power} ${figure(powerW, 0)} W`,
        `${meter.voltage} ${each(voltageV, 0)} V`,
        `${meter.current} ${each(currentA, 1)} A`,
      ].join(', ');
    }
    default:
      return reading satisfies never;
  }
}

/** Names and values; what is undefined is left out. */
function Rows({ title, rows }: { title: string; rows: readonly [string, ComponentChildren][] }): JSX.Element {
  return (
    <section class="card">
      <h2>{title}</h2>
      <dl class="rows">
        {rows.map(([name, value]) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd class="break">{value}</dd>
          </Fragment>
        ))}
      </dl>
    </section>
  );
}

function Inside({ told: { at, store, link, program, loop } }: { told: DiagnosticsAnswer }): JSX.Element {
  const phrases = said(diagnosticsWords);
  const { unknown } = phrases;
  const megabytes = (bytes: number): string => figure(bytes / bytesOfMB);
  const quarantined = store.quarantined.map(({ key, reason }) => (
    <p key={key} class="small">
      <code>{key}</code> <span lang="en">{reason}</span>
    </p>
  ));
  const english = (text: string | null): JSX.Element | string => (text === null ? '–' : <span lang="en">{text}</span>);
  return (
    <div class="sides">
      <Rows
        title={phrases.store.title}
        rows={[
          [phrases.store.size, store.bytes === null ? unknown : `${megabytes(store.bytes)} ${phrases.store.megabytes}`],
          [phrases.store.values, figure(store.values)],
          [phrases.store.flushed, store.lastFlushAt === null ? phrases.store.notYet : wholeInstant(store.lastFlushAt)],
          [phrases.store.trouble, english(store.trouble)],
          [phrases.store.quarantine, quarantined.length === 0 ? '0' : quarantined],
        ]}
      />
      <Rows
        title={phrases.link.title}
        rows={[
          [phrases.link.status, words().connection.names[link.status]],
          [phrases.link.registration, phrases.link.registrations[link.registration]],
          [phrases.link.heard, link.lastReceivedS === null ? unknown : phrases.link.ago(duration(link.lastReceivedS))],
          [phrases.link.error, english(link.lastError)],
          [phrases.queue.title, phrases.queue.says(link.queue, duration(link.oldestWaitsS))],
        ]}
      />
      <Rows
        title={phrases.clock.title}
        rows={[
          [phrases.clock.station, at === null ? unknown : wholeInstant(at)],
          [phrases.clock.browser, wholeInstant(Date.now())],
        ]}
      />
      <Rows
        title={phrases.program.title}
        rows={[
          [phrases.program.version, program.version],
          [phrases.program.release, program.release ?? phrases.program.noRelease],
          [phrases.program.board, program.board],
          [phrases.program.boot, figure(program.boot)],
          [phrases.program.runs, duration(program.uptimeS)],
          [phrases.program.system, `${program.system}, Node.js ${program.node}`],
          [
            phrases.program.memory,
            phrases.program.uses(megabytes(program.residentBytes), megabytes(program.heapBytes)),
          ],
          [
            phrases.program.loop,
            loop ? phrases.program.late(figure(loop.meanMs), figure(loop.maxMs)) : phrases.program.loopBegins,
          ],
        ]}
      />
    </div>
  );
}
