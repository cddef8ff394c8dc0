/** `greenup wait`: comes back when something is so at a running station. */
import { InvalidArgumentError } from 'commander';
import { exitCodes } from '../terminal/exit';
import { connectorFrom } from './arguments';
import { type AddCommand, examples, type StationOption, withStation } from './command';
import { StationClient } from './station-client';

/** What follows the first word; the last may be left out where it has a question mark. */
const forms: Readonly<Record<string, readonly string[]>> = {
  connected: [],
  disconnected: [],
  registered: [],
  status: ['connector', 'status'],
  started: ['connector?'],
  stopped: ['connector?'],
  energy: ['connector', 'energyWh'],
  refused: [],
  sent: ['message', 'connector?'],
  received: ['message', 'connector?'],
};

const unitsMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
/** An hour. */
const timeoutMaxMs = 3_600_000;
const timeoutUnlessToldMs = 30_000;
/** How much longer than the time-out a slow machine may take to answer, in ms. */
const slackMs = 600_000;

export const addWait: AddCommand = (root, finish) => {
  const wait = root
    .command('wait')
    .description('waits until something is so; exit code 0: it is, 1: not in time, 3: no station is running')
    .addHelpText(
      'before',
      examples([
        ['greenup wait registered', 'connected, and accepted by the central system'],
        ['greenup wait status 1 Charging --timeout 2m', 'a connector has this status (0: the station)'],
        ['greenup wait started 1', 'a transaction runs; "stopped 1": none does'],
        ['greenup wait energy 1 500', 'the transaction has brought so many Wh'],
        ['greenup wait received RemoteStartTransaction', 'a frame comes; "sent": one leaves'],
      ]),
    )
    .argument(
      '<condition...>',
      Object.entries(forms)
        .map(([name, words]) => [name, ...words].join(' '))
        .join('; '),
    )
    .option(
      '--timeout <time>',
      'such as 500ms, 30s, 2m, 1h, in the time of the station',
      durationMs,
      timeoutUnlessToldMs,
    );
  withStation(wait).action(async (words: string[], { timeout, ...station }: StationOption & { timeout: number }) => {
    let condition: object = {};
    try {
      condition = conditionOf(words);
    } catch (error) {
      if (!(error instanceof InvalidArgumentError)) throw error;
      wait.error(`error: ${error.message}`);
    }
    const answer = await StationClient.find(station).ask(
      'wait',
      { ...condition, timeoutMs: timeout },
      timeout + slackMs,
    );
    process.stdout.write(`${answer.message}\n`);
    finish(exitCodes.ok);
  });
};

/** As the station's command takes it. What a status or a message may be, the station says. */
export function conditionOf([what = '', ...given]: readonly string[]): Record<string, unknown> {
  const form = Object.hasOwn(forms, what) ? forms[what] : undefined;
  if (!form)
    throw new InvalidArgumentError(`There is no condition "${what}"; valid: ${Object.keys(forms).join(', ')}.`);
  const least = form.filter((word) => !word.endsWith('?')).length;
  if (given.length < least || given.length > form.length) {
    throw new InvalidArgumentError(`Must be: ${[what, ...form].join(' ')}`);
  }
  const values = given.map((text, index) => {
    const name = (form[index] ?? '').replace('?', '');
    return [name, readWord(name, text)];
  });
  return { for: what, ...Object.fromEntries(values) };
}

function readWord(name: string, text: string): unknown {
  if (name === 'connector') return connectorFrom(0)(text);
  if (name !== 'energyWh') return text;
  const energyWh = Number(text);
  if (text.trim() !== '' && energyWh >= 0) return energyWh;
  throw new InvalidArgumentError('The energy must be a number of Wh.');
}

export function durationMs(text: string): number {
  const [, count, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text) ?? [];
  const ms = Math.round(Number(count) * (unitsMs[unit] ?? Number.NaN));
  if (ms >= 0 && ms <= timeoutMaxMs) return ms;
  throw new InvalidArgumentError('Must be a time up to an hour, such as 500ms, 30s, 2m or 1h.');
}
