/** Reads a traffic file: YAML in words becomes a Traffic, or an error that lists all that is wrong, with its place. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { readyVehicles } from '../../../drivers/sim/ready-vehicles';
import type { YamlProblems } from '../../../hal/board/yaml-problems';
import { readYaml, type YamlDraft } from '../../../hal/board/yaml-text';
import { GreenupError, messageOf } from '../../../hal/errors';
import { programFile } from '../../../hal/program-files';
import { choicesFor } from '../../../hal/suggest';
import type { CardKind, Drivers, NetworkEvent, TimeSpan, Traffic, Weighted } from './traffic';
import { type TrafficText, timePattern, trafficText } from './traffic-schema';

const fileBytesMax = 256 * 1024;
const cardCharactersMax = 20;
const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const days = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

/** A file by its path, or one that comes with the program by its name, such as `home`. Throws `config.invalid`. */
export function loadTraffic(nameOrPath: string): Traffic {
  const path = /^[a-z-]+$/.test(nameOrPath) ? ownFile(nameOrPath) : nameOrPath;
  try {
    const { size } = statSync(path);
    if (size > fileBytesMax) throw new Error(`it has ${size} bytes; a traffic file has at most ${fileBytesMax}`);
    return parseTraffic(readFileSync(path, 'utf8'), path);
  } catch (error) {
    if (error instanceof GreenupError) throw error;
    throw new GreenupError('config.invalid', `${path}: cannot be read (${messageOf(error)})`, { cause: error });
  }
}

/** The names of those that come with the program. */
export function ownTraffic(): string[] {
  const files = readdirSync(programFile('board/traffic')).filter((name) => name.endsWith('.yaml'));
  return files.map((name) => name.slice(0, -'.yaml'.length)).sort();
}

function ownFile(name: string): string {
  const own = ownTraffic();
  if (own.includes(name)) return programFile(`board/traffic/${name}.yaml`);
  throw new GreenupError('config.invalid', `there is no traffic "${name}"; ${choicesFor(name, own)}, or a file`);
}

/** `fileName` is for messages. Throws `config.invalid`: one line for each problem. */
export function parseTraffic(text: string, fileName: string): Traffic {
  const { draft, problems, complete } = readYaml(text, fileName, 'config.invalid', trafficText);
  checkShares(draft, problems);
  checkSpans(draft, problems, '');
  checkVehicles(draft, problems);
  checkCards(draft, problems);
  checkEvents(draft, problems);
  return trafficOf(complete());
}

function checkShares({ visits, vehicles, cards }: YamlDraft<TrafficText>, problems: YamlProblems): void {
  const lists: [string, readonly ({ share?: number | undefined } | number | undefined)[] | undefined][] = [
    ['visits.hours', visits?.hours],
    ['visits.days', visits?.days],
    ['visits.stay', visits?.stay],
    ['vehicles', vehicles],
    ['cards', cards],
  ];
  for (const [path, list] of lists) {
    const sum = list?.reduce<number>((all, row) => all + (typeof row === 'number' ? row : (row?.share ?? 0)), 0);
    if (sum === 0 && !problems.has(path)) problems.add(path, 'all weights are 0: at least one must be above');
  }
}

/** Every `from` and `to`, wherever it stands. */
function checkSpans(value: unknown, problems: YamlProblems, path: string): void {
  if (typeof value !== 'object' || value === null) return;
  const { from, to } = value as { from?: unknown; to?: unknown };
  if (typeof from === 'string' && typeof to === 'string' && msOf(from) > msOf(to)) {
    problems.add(`${path}.to`, `found "${to}"; must not be less than from (${from})`);
  }
  for (const [name, inner] of Object.entries(value)) {
    checkSpans(inner, problems, Array.isArray(value) ? `${path}[${name}]` : path === '' ? name : `${path}.${name}`);
  }
}

function checkVehicles({ vehicles = [] }: YamlDraft<TrafficText>, problems: YamlProblems): void {
  const names = vehicles.some((row) => row?.like !== undefined) ? readyVehicles().map(({ name }) => name) : [];
  for (const [index, row] of vehicles.entries()) {
    const { like, chargeFrom, chargeTo } = row ?? {};
    const path = `vehicles[${index}]`;
    if (like !== undefined && !names.includes(like)) {
      problems.add(`${path}.like`, `there is no vehicle "${like}"; ${choicesFor(like, names)}`);
    }
    if (chargeFrom !== undefined && chargeTo !== undefined && chargeFrom > chargeTo) {
      problems.add(`${path}.chargeTo`, `found ${chargeTo}; must not be less than chargeFrom (${chargeFrom})`);
    }
  }
}

function checkCards({ cards = [] }: YamlDraft<TrafficText>, problems: YamlProblems): void {
  for (const [index, row] of cards.entries()) {
    const { card, of: count = 1 } = row ?? {};
    if (card === undefined) continue;
    const path = `cards[${index}]`;
    const digits = /\{(0+)\}/.exec(card)?.[1]?.length ?? 0;
    const shown = card.replace(/\{0+\}/, '0'.repeat(digits)).length;
    if (shown < 1 || shown > cardCharactersMax) {
      problems.add(`${path}.card`, `found ${shown} characters; must be 1 to ${cardCharactersMax}`);
    }
    if (count > 10 ** digits) {
      const choice =
        digits === 0
          ? 'the card has no place for a number, such as {0000}'
          : `${digits} digits are for ${10 ** digits}`;
      problems.add(`${path}.of`, `found ${count} cards; ${choice}`);
    }
  }
}

const withoutLength = ['reconnect'];

function checkEvents({ network = [] }: YamlDraft<TrafficText>, problems: YamlProblems): void {
  for (const [index, row] of network.entries()) {
    const { event, lasts = '0s', every, spread = '0s', by } = row ?? {};
    if (event === undefined) continue;
    const path = `network[${index}]`;
    const isMoment = withoutLength.includes(event);
    if (isMoment && row?.lasts !== undefined) problems.add(`${path}.lasts`, `${event} has no length: leave it out`);
    if (!isMoment && row?.lasts === undefined)
      problems.add(`${path}.lasts`, `missing; ${event} lasts a time such as 10m`);
    if (every !== undefined && msOf(every) <= msOf(lasts) + msOf(spread)) {
      problems.add(
        `${path}.every`,
        `found "${every}"; must be more than lasts and spread together (${lasts} and ${spread})`,
      );
    }
    if (by !== undefined && event !== 'slowLink' && event !== 'delay') {
      problems.add(`${path}.by`, `${event} has no delay: by is for slowLink and delay`);
    }
  }
}

function trafficOf(text: TrafficText): Traffic {
  const { visits, drivers = {}, vehicles, faults = [], network = [] } = text;
  return {
    name: text.name,
    beginsMs: weekTimeOf(text.begins ?? 'monday 00:00'),
    pace: text.pace ?? 1,
    visits: {
      perDay: visits.perDay,
      hours: averaged(visits.hours ?? [1]),
      days: averaged(visits.days ?? [1]),
      stays: visits.stay.map(({ share, ...stay }) => ({ share, ...spanOf(stay) })),
      domesticShare: visits.domesticOutlet ?? 0,
    },
    vehicles: vehiclesOf(vehicles ?? [{ share: 1, chargeFrom: 10, chargeTo: 80 }]),
    cards: text.cards.map(
      ({ share, card, of: count }): Weighted<CardKind> => ({ share, pattern: card, count: count ?? 1 }),
    ),
    drivers: driversOf(drivers),
    faults: faults.map(({ fault, perYear, lasts }) => ({ fault, perYear, lasts: spanOf(lasts) })),
    network: network.map(eventOf),
  };
}

function vehiclesOf(rows: NonNullable<TrafficText['vehicles']>): Traffic['vehicles'] {
  const ready = rows.some(({ like }) => like !== undefined) ? readyVehicles() : [];
  return rows.map(({ share, like, chargeFrom, chargeTo }) => {
    const options = ready.find(({ name }) => name === like)?.options ?? {};
    return { share, options, chargeFrom, chargeTo };
  });
}

function driversOf(drivers: NonNullable<TrafficText['drivers']>): Drivers {
  return {
    cardAfter: spanOf(drivers.cardAfter ?? { from: '3s', to: '20s' }),
    byApp: drivers.byApp ?? 0,
    reserved: drivers.reserved ?? 0,
    reservedAhead: spanOf(drivers.reservedAhead ?? { from: '5m', to: '30m' }),
    forgetCard: drivers.forgetCard ?? 0,
    cardAtEnd: drivers.cardAtEnd ?? 0.5,
    overstay: drivers.overstay ?? 0,
    overstayBy: spanOf(drivers.overstayBy ?? { from: '1h', to: '6h' }),
  };
}

function eventOf(row: NonNullable<TrafficText['network']>[number]): NetworkEvent {
  const { event, share = 1, at, lasts = '0s', every, groups = 1, apart = '0s', spread = '0s', frames = 0.01, by } = row;
  return {
    event,
    share,
    atMs: msOf(at),
    lastsMs: msOf(lasts),
    everyMs: every === undefined ? undefined : msOf(every),
    groups,
    apartMs: msOf(apart),
    spreadMs: msOf(spread),
    frameShare: frames,
    by: spanOf(by ?? { from: '200ms', to: '2s' }),
  };
}

function spanOf({ from, to }: { from: string; to: string }): TimeSpan {
  return { fromMs: msOf(from), toMs: msOf(to) };
}

/** NaN for what is no time. */
function msOf(text: string): number {
  if (!new RegExp(timePattern).test(text)) return Number.NaN;
  const [, count, unit = ''] = /^([0-9.]+)([a-z]+)$/.exec(text) ?? [];
  return Math.round(Number(count) * (unitsMs[unit] ?? Number.NaN));
}

function weekTimeOf(text: string): number {
  const [day = '', time = ''] = text.split(' ');
  const [hour, minute] = time.split(':');
  return days.indexOf(day) * 86_400_000 + Number(hour) * 3_600_000 + Number(minute) * 60_000;
}

function averaged(list: readonly number[]): number[] {
  const average = list.reduce((sum, value) => sum + value, 0) / list.length;
  return list.map((value) => value / average);
}
