/** The page "OCPP messages": what the station and its central system say to each other, as it goes over the link. */
import { signal, useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { PageFrame } from '../../control/pages/frames';
import { figure } from './figures';
import {
  connectorsOf,
  directionOf,
  type FrameList,
  type FrameOutcome,
  type FrameRow,
  fits,
  headOf,
  jsonLinesOf,
  messagesOf,
  noFrames,
  outcomeOf,
  statusOf,
  withTold,
} from './frame-rows';
import { frameWords } from './frames.words';
import { Choice, fileTime, Search, TakeAway, useGrowing } from './lists';
import { listWords } from './lists.words';
import { State, Title } from './parts';
import type { Tone } from './plain-state';
import { language, said } from './state';
import { instant, wholeInstant } from './times';

/** Outlives a restart of the station, for which the page is away a moment. */
const choice = signal({ message: '', connector: '', text: '' });
const newestFirst = signal(true);

const tones: Readonly<Record<FrameOutcome, Tone>> = {
  waiting: 'wait',
  answered: 'go',
  refused: 'wait',
  error: 'stop',
  unreadable: 'stop',
};

export function Frames({ lastNumber }: { lastNumber: number }): JSX.Element {
  const words = said(frameWords);
  const list = useGrowing('/api/frames', lastNumber, noFrames, withTold);
  // What was shown when it was paused.
  const frozen = useSignal<FrameList | undefined>(undefined);
  const shown = frozen.value ?? list;
  const { rows } = shown;
  const fitting = useMemo(() => rows.filter((row) => fits(row, choice.value)), [rows, choice.value]);
  const ordered = newestFirst.value ? [...fitting].reverse() : fitting;
  return (
    <>
      <Title>{words.title}</Title>
      <p class="soft">{words.intro}</p>
      <Choices rows={rows} />
      <div class="acts">
        <button
          type="button"
          class="act"
          aria-pressed={frozen.value !== undefined}
          onClick={() => {
            frozen.value = frozen.value ? undefined : list;
          }}
        >
          {frozen.value ? words.goOn(list.lastNumber - frozen.value.lastNumber) : words.pause}
        </button>
        <button
          type="button"
          class="act"
          onClick={() => {
            newestFirst.value = !newestFirst.value;
          }}
        >
          {newestFirst.value ? words.oldestFirst : words.newestFirst}
        </button>
        <TakeAway
          count={fitting.length}
          name={`greenup-messages-${fileTime()}.jsonl`}
          type="application/jsonl"
          text={() => jsonLinesOf(fitting)}
        />
      </div>
      {frozen.value && <p class="told wait">{words.paused}</p>}
      {rows.length === 0 && <p class="told">{words.empty}</p>}
      {rows.length > 0 && (
        <p class="soft small">{fitting.length === 0 ? words.nothingFits : words.shown(fitting.length, rows.length)}</p>
      )}
      {ordered.length > 0 && (
        <section class="card list">
          <Heads />
          <ol>
            {ordered.map((row) => (
              <Row key={row.number} row={row} />
            ))}
          </ol>
        </section>
      )}
    </>
  );
}

function Choices({ rows }: { rows: readonly FrameRow[] }): JSX.Element {
  const words = said(frameWords);
  const { all } = said(listWords);
  const { message, connector, text } = choice.value;
  const change = (changed: Partial<typeof choice.value>): void => {
    choice.value = { ...choice.value, ...changed };
  };
  // What is chosen stays among the choices when the last of its kind has gone.
  const messages = [...new Set([...messagesOf(rows), ...(message === '' ? [] : [message])])];
  const connectors = [...new Set([...connectorsOf(rows), ...(connector === '' ? [] : [connector])])];
  return (
    <div class="filters">
      <Choice
        label={words.message}
        value={message}
        options={[['', all], ...messages.map((name) => [name, name] as const)]}
        onValue={(value) => change({ message: value })}
      />
      <Choice
        label={words.connector}
        value={connector}
        options={[['', all], ...connectors.map((id) => [id, id === '0' ? words.wholeStation : id] as const)]}
        onValue={(value) => change({ connector: value })}
      />
      <Search value={text} onValue={(value) => change({ text: value })} />
    </div>
  );
}

function Heads(): JSX.Element {
  const { time, message, connector, delay, outcome } = said(frameWords);
  return (
    <p class="list-line frame-line heads soft small" aria-hidden="true">
      <span>{time}</span>
      <span>{message}</span>
      <span>{connector}</span>
      <span class="number">{delay}</span>
      <span>{outcome}</span>
    </p>
  );
}

function Row({ row }: { row: FrameRow }): JSX.Element {
  const isOpen = useSignal(false);
  const open = isOpen.value;
  // Of 500 rows those alone are made anew that have changed.
  return useMemo(
    () => (
      <li>
        <button
          type="button"
          class="list-line frame-line"
          aria-expanded={open}
          onClick={() => {
            isOpen.value = !isOpen.value;
          }}
        >
          <Line row={row} />
        </button>
        {open && <Detail row={row} />}
      </li>
    ),
    [row, open, language.value],
  );
}

function Line({ row }: { row: FrameRow }): JSX.Element {
  const words = said(frameWords);
  const { noTime } = said(listWords);
  const head = headOf(row);
  const direction = directionOf(row);
  const outcome = outcomeOf(row);
  const word = (row.answer && statusOf(row.answer)) ?? words.outcomes[outcome];
  const complaints = [row.call, row.answer].flatMap((frame) => frame?.complaints ?? []);
  const worst = complaints.some(({ kind }) => kind === 'invalid') ? 'invalid' : complaints[0]?.kind;
  const delayMs = row.answer?.delayMs;
  return (
    <>
      <span class="time">{head.at === undefined ? noTime : instant(head.at)}</span>
      <span class="what">
        <span class="direction" title={words.directions[direction]}>
          <span aria-hidden="true">{direction === 'sent' ? '→' : '←'}</span>
          <span class="unseen">{words.directions[direction]}</span>
        </span>{' '}
        <strong>{head.message ?? words.noFrame}</strong>
      </span>
      <span class="connector">
        {head.connectorId !== undefined && (
          <>
            <span class="unseen">{words.connector} </span>
            {head.connectorId}
          </>
        )}
      </span>
      <span class="number delay">{delayMs !== undefined && `${figure(delayMs, 0)} ms`}</span>
      <span class="outcome">
        <State tone={tones[outcome]}>{word}</State>
        {worst && <span class={`odd ${worst}`}>{words.complaints[worst]}</span>}
      </span>
    </>
  );
}

function Detail({ row: { call, answer } }: { row: FrameRow }): JSX.Element {
  const words = said(frameWords);
  return (
    <div class="detail">
      <Half title={words.request} frame={call} absent={words.noRequest} />
      {call?.kind !== 'bad' && <Half title={words.answer} frame={answer} absent={words.noAnswer} />}
    </div>
  );
}

function Half({ title, frame, absent }: { title: string; frame: PageFrame | undefined; absent: string }): JSX.Element {
  const { complaints, tooLong } = said(frameWords);
  if (!frame) {
    return (
      <section>
        <h2>{title}</h2>
        <p class="soft">{absent}</p>
      </section>
    );
  }
  const { at, id, errorCode, errorDescription, payload, remark, text } = frame;
  const content = errorCode === undefined ? payload : { errorCode, errorDescription };
  return (
    <section>
      <h2>{title}</h2>
      <p class="soft small break">
        {at !== undefined && wholeInstant(at)} {id !== undefined && <code>{id}</code>}
      </p>
      {frame.complaints?.map(({ kind, text: fault }) => (
        <p key={fault} class={`told small ${kind === 'invalid' ? 'stop' : 'wait'}`}>
          <strong>{complaints[kind]}</strong>{' '}
          <span lang="en" class="break">
            {fault}
          </span>
        </p>
      ))}
      {content !== undefined && <pre class="break">{JSON.stringify(content, null, 2)}</pre>}
      {remark !== undefined && (
        <p lang="en" class="small break">
          {tooLong} {remark} {text !== undefined && <code>{text}</code>}
        </p>
      )}
    </section>
  );
}
