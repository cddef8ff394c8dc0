/** The page "Event log": what happened at the station lately, in sentences, the newest first. */
import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { EventLevel, PageEvent } from '../../control/pages/events';
import type { NoticeKind } from '../../station/notices';
import { isChosen, levels, noEvents, sourceName, withEvents } from './event-list';
import { eventWords } from './events.words';
import { figure } from './figures';
import { Choice, fileTime, Search, TakeAway, useGrowing } from './lists';
import { listWords } from './lists.words';
import { State, Title } from './parts';
import type { Tone } from './plain-state';
import { language, said, words } from './state';
import { instant, wholeInstant } from './times';

/** Outlives a restart of the station, for which the page is away a moment. */
const choice = signal({ level: 'info' as EventLevel, source: '', text: '' });

const tones: Readonly<Record<EventLevel, Tone>> = { info: 'rest', warning: 'wait', fault: 'stop' };

interface ShownEvent {
  event: PageEvent;
  sentence: string;
}

export function Events({ lastNumber }: { lastNumber: number }): JSX.Element {
  const phrases = said(eventWords);
  const { events } = useGrowing('/api/events', lastNumber, noEvents, withEvents);
  const all = useMemo(() => events.map((event) => ({ event, sentence: sentenceOf(event) })), [events, language.value]);
  const fitting = useMemo(
    () => all.filter(({ event, sentence }) => isChosen(event, sentence, choice.value)).reverse(),
    [all, choice.value],
  );
  const [oldest] = events;
  return (
    <>
      <Title>{phrases.title}</Title>
      {oldest && (
        <p class="soft">
          {phrases.since(oldest.at === null ? said(listWords).noTime : wholeInstant(oldest.at), oldest.number === 1)}
        </p>
      )}
      <Choices events={events} />
      <div class="acts">
        <TakeAway
          count={fitting.length}
          name={`greenup-events-${fileTime()}.txt`}
          type="text/plain"
          text={() => textOf(fitting)}
        />
      </div>
      {all.length === 0 && <p class="told">{phrases.empty}</p>}
      {all.length > 0 && (
        <p class="soft small">
          {fitting.length === 0 ? phrases.nothingFits : phrases.shown(fitting.length, all.length)}
        </p>
      )}
      {fitting.length > 0 && (
        <section class="card list">
          <ol>
            {fitting.map((one) => (
              <Line key={one.event.number} {...one} />
            ))}
          </ol>
        </section>
      )}
    </>
  );
}

function Choices({ events }: { events: readonly PageEvent[] }): JSX.Element {
  const { level, choices, source } = said(eventWords);
  const { all } = said(listWords);
  const change = (changed: Partial<typeof choice.value>): void => {
    choice.value = { ...choice.value, ...changed };
  };
  const sources = new Map(events.map((event) => [sourceName(event), sourceWord(event)]));
  if (choice.value.source !== '' && !sources.has(choice.value.source)) {
    sources.set(choice.value.source, choice.value.source);
  }
  return (
    <div class="filters">
      <Choice
        label={level}
        value={choice.value.level}
        options={levels.map((one) => [one, choices[one]] as const)}
        onValue={(value) => change({ level: value as EventLevel })}
      />
      <Choice
        label={source}
        value={choice.value.source}
        options={[['', all], ...[...sources].sort()]}
        onValue={(value) => change({ source: value })}
      />
      <Search value={choice.value.text} onValue={(value) => change({ text: value })} />
    </div>
  );
}

function Line({ event, sentence }: ShownEvent): JSX.Element {
  const { noTime } = said(listWords);
  const { levels: names } = said(eventWords);
  // Of 1,000 lines those alone are made anew that have changed.
  return useMemo(() => {
    const { at, level, line } = event;
    return (
      <li class="event-line">
        <span class="time" title={at === null ? undefined : wholeInstant(at)}>
          {at === null ? noTime : instant(at)}
        </span>
        <State tone={tones[level]}>{names[level]}</State>
        <span class="source">{sourceWord(event)}</span>
        <span class="sentence break" lang={line === undefined ? undefined : 'en'}>
          {sentence}
        </span>
      </li>
    );
  }, [event, sentence, noTime, names]);
}

function sentenceOf({ notice, line = '' }: PageEvent): string {
  if (!notice) return line;
  // The kind chooses the sentence, whose only notice is this one: the compiler cannot follow that pair.
  const sentence = said(eventWords).sentences[notice.kind as NoticeKind] as (...given: unknown[]) => string;
  return sentence(notice, words(), figure);
}

function sourceWord({ source, connectorId }: PageEvent): string {
  const { sources, socket } = said(eventWords);
  return source === 'socket' ? socket(connectorId ?? 0) : sources[source];
}

/** Oldest first, as a log is read: time, level, source, sentence. */
function textOf(shown: readonly ShownEvent[]): string {
  const { levels: names } = said(eventWords);
  return [...shown]
    .reverse()
    .map(({ event, sentence }) => [event.at ?? '-', names[event.level], sourceWord(event), sentence].join('\t'))
    .map((line) => `${line}\n`)
    .join('');
}
