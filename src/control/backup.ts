/**
 * The settings of a station as one file, and back: what a person may change at it, without secrets. Not in it are what the
 * central system has given (its list of cards, reservations, charging profiles), the history, and the password of the pages.
 */
import { createHash } from 'node:crypto';
import type { Static } from '@sinclair/typebox';
import { Errors } from '@sinclair/typebox/errors';
import { Check } from '@sinclair/typebox/value';
import type { Side } from '../hal/board';
import { CommandRefusal } from '../hal/command-refusal';
import { programVersion } from '../hal/program-version';
import { shape } from '../hal/shapes';
import type { Batch } from '../hal/store';
import { localCardsMax } from '../local/bounds';
import { cardFault, cardName, type LocalCard } from '../local/local-card';
import type { RunningStation } from '../main';
import type { KeyRefusal } from '../ocpp/config-keys/configuration-options';
import { configurationKeys, findKey, writeMeanings } from '../ocpp/config-keys/index';
import { switchedOn } from '../ocpp/configured-endpoint';
import { isoTime } from '../ocpp/wall-time';
import { entriesOfModes } from '../station/saved';
import type { ChargingMode } from '../station/types';

/** Raised when a file of before cannot be read as it is any more. */
const backupFormat = 1;

const sideModes = shape.Union([shape.Literal('ocpp'), shape.Literal('free'), shape.Literal('cards')]);
const backupShape = shape.Object({
  format: shape.Literal(backupFormat),
  /** Of which station, by which program and when; for people. */
  board: shape.String(),
  uid: shape.String(),
  program: shape.String(),
  made: shape.Union([shape.String(), shape.Null()]),
  keys: shape.Record(shape.String(), shape.String()),
  modes: shape.Object({ right: shape.Optional(sideModes), left: shape.Optional(sideModes) }),
  connection: shape.Union([shape.Literal('on'), shape.Literal('off')]),
  /** Absent: the cards stay as they are. */
  cards: shape.Optional(
    shape.Array(
      shape.Object({ token: shape.String(), label: shape.String(), lastDay: shape.Optional(shape.String()) }),
    ),
  ),
});

export type Backup = Static<typeof backupShape>;

export interface RestoreChange {
  /** The name of a key, a side, `connection` or `cards`. */
  what: string;
  /** Of cards: how many. */
  from: string;
  to: string;
  /** It holds from the next start of the station on. */
  needsRestart: boolean;
}

export interface RestoreFault {
  /** Where in the file, such as keys/HeartbeatInterval. */
  place: string;
  code: KeyRefusal['code'] | 'unreadable' | 'noSuchSide' | 'ocppOnOne' | 'card' | 'cardTwice' | 'cardsMany';
  /** What is valid, for people. */
  why: string;
}

export interface RestorePlan {
  made: string | null;
  uid: string;
  changes: RestoreChange[];
  /** One is enough: then nothing of the file is done. */
  wrong: RestoreFault[];
  /** Of the file and of what the station has now. */
  digest: string;
}

export function backupOf(running: RunningStation, withCards: boolean): Backup {
  const { configuration, chargePoint, clock, local } = running;
  const { board, modes } = running.view();
  const now = chargePoint.unixAt(clock.now());
  const rows = configurationKeys.filter(
    ({ key, write, secret }) =>
      !secret && !writeMeanings[write].readonly && configuration.provenance(key).from !== 'station',
  );
  const values = configuration.get(rows.map(({ key }) => key)).configurationKey;
  const chosen = Object.entries(modes).filter(([, mode]) => mode !== 'none');
  return {
    format: backupFormat,
    board,
    uid: configuration.text('UID'),
    program: programVersion,
    made: now === undefined ? null : isoTime(now),
    keys: Object.fromEntries(values.flatMap(({ key, value }) => (value === undefined ? [] : [[key, value]]))),
    modes: Object.fromEntries(chosen),
    connection: chargePoint.connectionSwitch.switchedOn ? 'on' : 'off',
    ...(withCards ? { cards: [...local.cards.list] } : {}),
  };
}

/** What the text of a file would change here, or what is wrong with it. Changes nothing. */
export function restorePlanOf(running: RunningStation, text: string): RestorePlan {
  const present = backupOf(running, true);
  const digest = createHash('sha256')
    .update(JSON.stringify({ ...present, made: null }))
    .update(text)
    .digest('base64url');
  const backup = readBackup(text);
  if ('place' in backup) return { made: null, uid: '', changes: [], wrong: [backup], digest };
  return {
    made: backup.made,
    uid: backup.uid,
    changes: changesOf(present, backup),
    wrong: faultsOf(running, backup),
    digest,
  };
}

/** All of the file in one commit. Throws `command.invalid` for a file that the plan would refuse. */
export async function restore(running: RunningStation, text: string): Promise<void> {
  const backup = readBackup(text);
  const [wrong] = 'place' in backup ? [backup] : faultsOf(running, backup);
  if (wrong || 'place' in backup) throw new CommandRefusal('backupUnfit', `${wrong?.place}: ${wrong?.why}`);
  const { configuration, local, station, chargePoint, commits } = running;
  const chosen = modesOf(backup);
  const isOn = backup.connection === 'on';
  const others = joined(entriesOfModes(chosen), { put: [switchedOn.entry('', isOn)], del: [] });
  const cards = backup.cards;
  // Each gives its part, and the innermost commits them all.
  await configuration.changeTogether(Object.entries(backup.keys), 'person', async (ofKeys) => {
    const commit = (ofCards: Batch) => commits.commit(joined(joined(ofKeys, others), ofCards));
    if (cards) await local.cards.replace(cards, commit);
    else await commit({ put: [], del: [] });
  });
  for (const { side, mode } of chosen) station.post({ kind: 'mode', side, mode });
  await chargePoint.connectionSwitch.switch(isOn);
}

function readBackup(text: string): Backup | RestoreFault {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    return { place: 'file', code: 'unreadable', why: 'it is no JSON: was it made by "greenup backup" or by the page?' };
  }
  if (Check(backupShape, found)) return found;
  const first = Errors(backupShape, found).First();
  return { place: first?.path.slice(1) || 'file', code: 'unreadable', why: first?.message ?? 'it is no back-up' };
}

function changesOf(present: Backup, backup: Backup): RestoreChange[] {
  const changes: RestoreChange[] = [];
  const note = (what: string, from: string, to: string, needsRestart = false): void => {
    if (from !== to) changes.push({ what, from, to, needsRestart });
  };
  for (const [name, value] of Object.entries(backup.keys)) {
    const row = findKey(name);
    if (row) note(row.key, present.keys[row.key] ?? '', value, writeMeanings[row.write].answer === 'RebootRequired');
  }
  for (const { side, mode } of modesOf(backup)) note(side, present.modes[side] ?? 'none', mode);
  note('connection', present.connection, backup.connection);
  const isSameCards = JSON.stringify(sorted(backup.cards ?? [])) === JSON.stringify(sorted(present.cards ?? []));
  if (backup.cards && !isSameCards) {
    changes.push({
      what: 'cards',
      from: String(present.cards?.length ?? 0),
      to: String(backup.cards.length),
      needsRestart: false,
    });
  }
  return changes;
}

function sorted(cards: readonly LocalCard[]): LocalCard[] {
  const plain = cards.map(({ token, label, lastDay }) => ({ token, label, ...(lastDay ? { lastDay } : {}) }));
  return plain.sort((one, other) => (cardName(one.token) < cardName(other.token) ? -1 : 1));
}

function faultsOf(running: RunningStation, backup: Backup): RestoreFault[] {
  const ofKeys = Object.entries(backup.keys).flatMap(([name, value]): RestoreFault[] => {
    const refusal = running.configuration.judge(name, value);
    return refusal ? [{ place: `keys/${name}`, ...refusal }] : [];
  });
  const sides = running.station.config.points.map(({ side }) => side);
  const ofModes = modesOf(backup).flatMap(({ side }): RestoreFault[] =>
    sides.includes(side)
      ? []
      : [{ place: `modes/${side}`, code: 'noSuchSide', why: `this station has: ${sides.join(', ')}` }],
  );
  // It is imposed on both sides (guide, step 4).
  const isOnOne = new Set(modesOf(backup).map(({ mode }) => mode === 'ocpp')).size > 1;
  const onOne: RestoreFault = { place: 'modes', code: 'ocppOnOne', why: 'OCPP is the mode of both sides or of none' };
  return [...ofKeys, ...ofModes, ...(isOnOne ? [onOne] : []), ...faultsOfCards(backup.cards ?? [])];
}

function faultsOfCards(cards: readonly LocalCard[]): RestoreFault[] {
  const names = new Set<string>();
  const faults = cards.flatMap((card, index): RestoreFault[] => {
    const isTwice = names.has(cardName(card.token));
    names.add(cardName(card.token));
    const fault = cardFault(card);
    if (fault !== undefined) return [{ place: `cards/${index}`, code: 'card', why: fault }];
    return isTwice ? [{ place: `cards/${index}`, code: 'cardTwice', why: 'the card is there twice' }] : [];
  });
  const isMany = cards.length > localCardsMax;
  return [
    ...faults,
    ...(isMany ? [{ place: 'cards', code: 'cardsMany' as const, why: `at most ${localCardsMax} cards` }] : []),
  ];
}

function modesOf({ modes }: Backup): { side: Side; mode: Exclude<ChargingMode, 'none'> }[] {
  return (['right', 'left'] as const).flatMap((side) => {
    const mode = modes[side];
    return mode === undefined ? [] : [{ side, mode }];
  });
}

function joined(one: Batch, other: Batch): Batch {
  return { put: [...one.put, ...other.put], del: [...one.del, ...other.del] };
}
