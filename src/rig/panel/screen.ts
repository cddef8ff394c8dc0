/** The live view of a rig as text: a page for a terminal, or one line. Pure. */
import type { PilotOutput, ResidualCurrentReading } from '../../hal/parts';
import type { Paint } from '../../terminal/colour';
import { celsiusWords, meterWords, pilotWords, proximityWords } from '../readings-text';
import { keyHelp } from './keys';
import { type ConnectorModel, measuredPilot, type RigModel, type ViewedPart } from './model';

export interface Size {
  columns: number;
  rows: number;
}

/** Not told yet. */
const unknown = '…';
const indent = '    ';
/** Width of an invalid reading. */
const invalidColumns = 26;

/** Lines of the page, none wider than the terminal, no more than its rows. */
export function rigPage(model: RigModel, size: Size, paint: Paint): string[] {
  const clip = (line: string): string => clipped(line, size.columns);
  const head = [
    paint('bold', clip(`${model.board}   ${armedWords(model)}`)),
    clip(machineWords(model)),
    clip(peopleWords(model)),
    ...(model.address === undefined ? [] : [clip(`page in a browser of this machine: ${model.address}`)]),
    '',
  ];
  const connectors = model.connectors.flatMap((connector, place) => {
    const lines = connectorLines(connector, place === model.selected).map(clip);
    return lines.map((line) => highlighted(line, place === model.selected, paint));
  });
  const foot = [
    '',
    ...wrapped(model.message, size.columns).map((line) => paint('yellow', line)),
    ...keyLines(size.columns),
  ];
  const room = size.rows - head.length - connectors.length - foot.length - 1;
  const troubles = troubleLines(model, size.columns, room).map((line) => paint('dim', line));
  return [...head, ...connectors, ...(troubles.length > 0 ? ['', ...troubles] : []), ...foot].slice(0, size.rows);
}

/** Everything in one line, for a log. */
export function rigLine(model: RigModel): string {
  const connectors = model.connectors.map(
    (connector) => `${connector.connectorId}: ${connectorWords(connector).flat().join(', ')}`,
  );
  return [...connectors, machineWords(model), peopleWords(model)].join('; ');
}

function armedWords({ armed }: RigModel): string {
  return armed ? 'ARMED: contactors can be closed' : 'contactors are refused (start with --arm)';
}

function machineWords({ loop, i2cErrors, supply }: RigModel): string {
  const beat = loop
    ? `loop ${loop.turns} turns/s, longest gap ${loop.longestGapMs.toFixed(0)} ms, busy ${(loop.busyShare * 100).toFixed(0)} %`
    : `loop ${unknown}`;
  return `${beat}   I2C errors ${i2cErrors}   supply ${supply ?? unknown}`;
}

function peopleWords({ cards, buttonAgeS, readers }: RigModel): string {
  const card = cards.at(-1);
  const there = [...readers].map(([side, state]) => `   ${side} reader ${state}`).join('');
  const shown = card ? `${card.uid ?? 'several cards'} at the ${card.reader} reader, ${card.ageS} s ago` : 'none';
  const button = buttonAgeS === undefined ? 'not held' : `held ${buttonAgeS} s ago`;
  return `last card: ${shown}   button ${button}${there}`;
}

function connectorLines(connector: ConnectorModel, selected: boolean): string[] {
  const { connectorId, name } = connector;
  const [first = [], ...rest] = connectorWords(connector);
  const mark = selected ? '>' : ' ';
  return [
    `${mark} ${connectorId} ${name.padEnd(11)} ${first.join('   ')}`,
    ...rest.filter((words) => words.length > 0).map((words) => `${indent}${words.join('   ')}`),
  ];
}

/** Three groups of words: what a vehicle and its plug do, what switches, and the meter. */
function connectorWords(connector: ConnectorModel): string[][] {
  const { has, driven, pilot, proximity, celsius, raw, feedback, closedForS, lock, residual, plug, meter, indicator } =
    connector;
  const commanded = closedForS === undefined ? '' : ` (CLOSED by hand, opens in ${closedForS} s)`;
  const show = (part: ViewedPart, name: string, value: string | undefined): string[] =>
    has[part] === 'none' ? [] : [`${name} ${has[part] === 'missing' ? 'MISSING' : (value ?? unknown)}`];
  const vehicle = [
    ...show(
      'pilot',
      'pilot',
      pilot && `${shortReading(measuredPilot(pilot, connector), pilotWords)} (drives ${drivenWords(driven)})`,
    ),
    ...show('proximity', 'PP', proximity && shortReading(raw?.proximity ?? proximity, proximityWords)),
    ...show('plug', 'plug', plug === undefined ? plug : plug ? 'in' : 'out'),
    ...show(
      'thermometer',
      'temperature',
      typeof celsius === 'number' ? celsiusWords(raw?.celsius ?? celsius) : celsius,
    ),
  ];
  const switches = [
    ...show('contactor', 'contactor', feedback && `${feedback}${commanded}`),
    ...show('lock', 'lock', lock),
    ...show('residual', 'RCM', residual && residualWords(residual)),
    ...(indicator ? [`indicator ${indicator}`] : []),
  ];
  const energy = meter
    ? ['failure' in meter ? `meter: ${withoutAdvice(meter.failure)}` : `meter ${meterWords(meter)}`]
    : [];
  return [vehicle, switches, energy];
}

/** The reason of an invalid reading is cut: it must leave room for the next part, and troubles tell it whole. */
function shortReading<T extends { kind: string } | { kind: 'invalid'; reason: string }>(
  reading: T,
  words: (reading: T) => string,
): string {
  return reading.kind === 'invalid' ? clipped(withoutAdvice(words(reading)), invalidColumns) : words(reading);
}

function withoutAdvice(text: string): string {
  return text.split('; ', 1)[0] ?? '';
}

function drivenWords(driven: PilotOutput): string {
  return driven.kind === 'pwm' ? `${driven.dutyPercent} %` : driven.kind;
}

function residualWords({ tripped, test }: ResidualCurrentReading): string {
  const tested = { none: 'not tested', running: 'test runs', passed: 'test passed', failed: 'test failed' }[test];
  return `${tripped ? 'TRIPPED' : 'fine'}, ${tested}`;
}

/** Troubles of the selected connector, then of the station, newest first, as many as there is room for. */
function troubleLines({ troubles, connectors, selected }: RigModel, columns: number, room: number): string[] {
  const own = connectors[selected]?.connectorId;
  const newestFirst = [...troubles].reverse();
  const fitting = [
    ...newestFirst.filter(({ connectorId }) => connectorId === own),
    ...newestFirst.filter(({ connectorId }) => connectorId === undefined),
  ];
  const lines: string[] = [];
  let left = fitting.length;
  const advised = new Set<string>();
  for (const { text } of fitting) {
    // The same advice once is enough.
    const advice = text.slice(withoutAdvice(text).length);
    const next = wrapped(advised.has(advice) ? withoutAdvice(text) : text, columns);
    // The last line of the room says how many more there are.
    if (lines.length + next.length + (left > 1 ? 1 : 0) > room) break;
    advised.add(advice);
    lines.push(...next);
    left -= 1;
  }
  if (left > 0 && room > lines.length) lines.push(`${left} more lines of trouble`);
  return lines;
}

function keyLines(columns: number): string[] {
  return wrapped(keyHelp.join('   '), columns);
}

/** Words that call for attention get colour after clipping, which counts characters. */
function highlighted(line: string, selected: boolean, paint: Paint): string {
  const loud = line.replace(/CLOSED|TRIPPED|MISSING/g, (word) => paint('red', word));
  return selected && loud.startsWith('>') ? paint('cyan', '>') + loud.slice(1) : loud;
}

function clipped(line: string, columns: number): string {
  const characters = [...line];
  return characters.length <= columns ? line : `${characters.slice(0, columns - 1).join('')}…`;
}

/** Lines of whole words; a word that is too long is clipped. */
function wrapped(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  // Three blanks part the helps of keys, which stay together.
  for (const word of text.split(text.includes('   ') ? /( {3})/ : /( )/)) {
    if ([...line, ...word].length > columns && line !== '') {
      lines.push(line.trimEnd());
      line = word.trim() === '' ? '' : word;
    } else line += line === '' ? word.trimStart() : word;
  }
  if (line.trim() !== '') lines.push(line.trimEnd());
  return lines.map((each) => clipped(each, columns));
}
