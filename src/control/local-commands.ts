/** The commands for charging modes, the connection switch, and the cards that a station knows by itself. */
import { CommandRefusal } from '../hal/command-refusal';
import { chargesMax, labelCharactersMax, localCardsMax, teachSecondsMax, tokenCharactersMax } from '../local/bounds';
import type { RunningStation } from '../main';
import { chargingModes } from '../station/types';
import { type Backup, backupOf, restore, restorePlanOf } from './backup';
import { chargeTable } from './charge-table';
import { type CommandTable, command } from './control';
import { jsonObject, oneOf, optional, text, wholeNumber, yesOrNo } from './parameters';

const chargesUsual = 20;
const dayCharacters = '2026-12-31'.length;
const teachSecondsUsual = 60;

export const localCommands: CommandTable<RunningStation> = {
  mode: command(
    'any',
    'Chooses who lets vehicles charge: ocpp (a central system, for both sides), free (everybody) or cards (known here).',
    { mode: oneOf(chargingModes.filter((mode) => mode !== 'none')), side: optional(oneOf(['right', 'left'])) },
    chooseMode,
  ),
  connection: command(
    'any',
    'Switches the OCPP server connection on or off; switched off, the station is offline and keeps what it has to tell.',
    { switch: oneOf(['on', 'off']) },
    async ({ chargePoint }: RunningStation, { switch: wanted }) => {
      await chargePoint.connectionSwitch.switch(wanted === 'on');
      return `OCPP server connection: ${wanted}`;
    },
  ),
  cards: command(
    'any',
    'Lists, adds, removes or teaches the cards that the station knows by itself.',
    {
      action: oneOf(['list', 'add', 'remove', 'teach']),
      card: optional(text(1, tokenCharactersMax)),
      label: optional(text(0, labelCharactersMax)),
      lastDay: optional(text(1, dayCharacters)),
      seconds: optional(wholeNumber(1, teachSecondsMax, 'a number of seconds')),
    },
    changeCards,
  ),
  backup: command(
    'any',
    'Tells the settings of the station as one object, without secrets, to be kept.',
    { cards: optional(yesOrNo) },
    (running: RunningStation, { cards = false }) => {
      const backup = backupOf(running, cards);
      return { message: contentOf(backup), facts: { backup } };
    },
  ),
  restore: command(
    'any',
    'Takes settings that were kept, all or none; or only says what they would change.',
    { backup: jsonObject, dry: optional(yesOrNo) },
    restoreSettings,
  ),
  password: command(
    'any',
    'Sets the password of the pages back to that of the first connection; all who are logged in there are logged out.',
    { action: oneOf(['reset']) },
    async ({ pagePassword }: RunningStation) => {
      await pagePassword.reset();
      return 'pages: the password is that of the first connection again (admin)';
    },
  ),
  metrics: command(
    'any',
    'Makes the token by which a monitoring system reads the metrics at the pages, in the place of the one before; or takes it away.',
    { action: oneOf(['token', 'revoke']) },
    async ({ metricsToken }: RunningStation, { action }) => {
      if (action === 'token') return metricsToken.make();
      await metricsToken.revoke();
      return 'metrics: only who has logged in at the pages reads them';
    },
  ),
  'factory-reset': command(
    'any',
    'Brings the station back to delivery: settings, cards, passwords and profiles go; transactions, history and faults stay. It restarts.',
    { confirm: oneOf(['yes']) },
    async (running: RunningStation) => {
      const restart = await running.orderFactoryReset();
      return { message: 'the station starts anew, as it was delivered', afterwards: restart };
    },
  ),
  history: command(
    'any',
    'Lists what was charged, the newest first, as CSV.',
    { count: optional(wholeNumber(1, chargesMax, 'a number of charges')) },
    ({ local }: RunningStation, { count = chargesUsual }) =>
      // A terminal and its tools end lines as Unix does.
      chargeTable(local.history.list.slice(0, count), (token) => token)
        .replaceAll('\r\n', '\n')
        .trimEnd(),
  ),
};

async function restoreSettings(
  running: RunningStation,
  { backup, dry = false }: { backup: Record<string, unknown>; dry: boolean | undefined },
): Promise<string> {
  const text = JSON.stringify(backup);
  const { changes, wrong } = restorePlanOf(running, text);
  const faults = wrong.map(({ place, why }) => `${place}: ${why}`);
  if (faults.length > 0) throw new CommandRefusal('backupUnfit', `nothing is restored:\n${faults.join('\n')}`);
  const lines = changes.map(({ what, from, to, needsRestart }) =>
    [`${what}: ${from || 'not set'} -> ${to || 'none'}`, ...(needsRestart ? ['(from the next start on)'] : [])].join(
      ' ',
    ),
  );
  if (!dry) await restore(running, text);
  const sum = changes.length === 0 ? 'nothing changes' : `${dry ? 'would change' : 'changed'}: ${changes.length}`;
  return [sum, ...lines].join('\n');
}

function chooseMode(
  { station, configuration }: RunningStation,
  { mode, side }: { mode: 'ocpp' | 'free' | 'cards'; side: 'right' | 'left' | undefined },
): string {
  const sides = station.config.points.map((point) => point.side);
  if (side !== undefined && !sides.includes(side)) {
    throw new CommandRefusal('sideUnknown', `this station has no ${side} side; valid: ${sides.join(', ')}`);
  }
  for (const chosen of side === undefined ? sides : [side]) station.post({ kind: 'mode', side: chosen, mode });
  const now = station.config.points.map((point, index) => `${point.side} ${station.state.points[index]?.mode}`);
  const missing = (['URL', 'UID'] as const).filter((key) => configuration.text(key) === '');
  const next = mode === 'ocpp' && missing.length > 0 ? `; still to be set: ${missing.join(', ')}` : '';
  return `charging mode: ${now.join(', ')}${next}`;
}

interface CardRequest {
  action: 'list' | 'add' | 'remove' | 'teach';
  card: string | undefined;
  label: string | undefined;
  lastDay: string | undefined;
  seconds: number | undefined;
}

async function changeCards({ local: { cards } }: RunningStation, request: CardRequest): Promise<string> {
  const { action, label = '', lastDay, seconds = teachSecondsUsual } = request;
  switch (action) {
    case 'list': {
      const lines = cards.list.map(({ token, label, lastDay }) =>
        [token, label, lastDay === undefined ? '' : `until ${lastDay}`].filter((word) => word !== '').join('  '),
      );
      return [`${lines.length} of at most ${localCardsMax} cards`, ...lines].join('\n');
    }
    case 'add':
      return `card ${(await cards.add(cardOf(request), label, lastDay)).token} may charge`;
    case 'remove':
      return `card ${(await cards.remove(cardOf(request))).token} may not charge any more`;
    case 'teach': {
      const taught = await cards.teach(seconds * 1_000, label, lastDay);
      if (taught.kind === 'added') return `card ${taught.card.token} may charge`;
      if (taught.kind === 'known') return `card ${taught.card.token} was known already`;
      throw new CommandRefusal('noCardShown', `cards: no card was shown within ${seconds} s`);
    }
    default:
      return action satisfies never;
  }
}

function cardOf({ action, card }: CardRequest): string {
  if (card !== undefined) return card;
  throw new CommandRefusal('requestUnfit', `cards: ${action}: card is missing: the number on the card`);
}

/** What whoever keeps or passes on the file should know. */
function contentOf({ keys, cards }: Backup): string {
  const named = cards === undefined ? 'no cards' : `${cards.length} cards with their whole numbers`;
  return `${Object.keys(keys).length} keys, charging modes, the connection switch, ${named}; no password and no other secret`;
}
