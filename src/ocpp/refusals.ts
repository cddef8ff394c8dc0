/** Makes one line of each refusal, theirs and ours, with what it is about and what is valid; a flood of them is bounded. */
import type { Clock } from '../hal/clock';
import { isSecretKey, secretMask, withoutPasswords } from './frames/masking';
import { plainText } from './frames/plain-text';
import type { Refusal } from './link/caller';

/** A refusal for onlookers. */
export interface ToldRefusal {
  by: 'station' | 'central system';
  /** Name of the message; absent: the frame was too broken to tell. */
  message?: string;
  /** The status of the answer, or the code of the CALLERROR; `none`: there is no answer. */
  answer: string;
  /** All of it in one line. */
  text: string;
}

/** Lines within the time that begins with the first of them, in ms; what is more is counted, and told with the next. */
const linesMax = 30;
const timeMs = 60_000;
const lineCharactersMax = 400;
const valueCharactersMax = 60;

/** What tells one request from another, in the order of the words. */
const subjects: readonly (readonly [member: string, word: string])[] = [
  ['vendorId', ''],
  ['messageId', ''],
  ['requestedMessage', ''],
  ['connectorId', 'connector '],
  ['transactionId', 'transaction '],
  ['reservationId', 'reservation '],
  ['listVersion', 'version '],
  ['id', 'profile '],
];

export class Refusals {
  private countedFromMs = Number.NEGATIVE_INFINITY;
  private lines = 0;
  private untold = 0;

  constructor(
    private readonly clock: Pick<Clock, 'now'>,
    private readonly tell: (refusal: ToldRefusal) => void,
  ) {}

  report(refusal: Refusal): void {
    const now = this.clock.now();
    if (now > this.countedFromMs + timeMs) {
      this.countedFromMs = now;
      this.lines = 0;
    }
    if (this.lines >= linesMax) {
      this.untold += 1;
      return;
    }
    this.lines += 1;
    const told = toldRefusal(refusal);
    const before = this.untold === 0 ? '' : ` (${this.untold} refusals before it were not told)`;
    this.untold = 0;
    this.tell({ ...told, text: `${told.text}${before}` });
  }
}

function toldRefusal({ by, action, request, answer, why }: Refusal): ToldRefusal {
  const about = [action ?? 'a broken frame', ...subjectsOf(request)].join(' ');
  // What an error says of a secret may repeat it.
  const reason = isAboutSecret(request) && by === 'peer' ? secretMask : why;
  const said = by === 'peer' ? `the central system answered ${answer}` : answer === 'none' ? 'not answered' : answer;
  const line = withoutPasswords(`${about}: ${said}${reason === '' ? ', without a word why' : `, ${reason}`}`);
  return {
    by: by === 'peer' ? 'central system' : 'station',
    ...(action === undefined ? {} : { message: plainText(action, valueCharactersMax) }),
    answer: plainText(answer, valueCharactersMax),
    text: plainText(line, lineCharactersMax),
  };
}

/** A request of the peer may have anything at any place. */
function subjectsOf(request: object): string[] {
  const values = new Map<string, unknown>(Object.entries(request));
  const { chargingProfileId: profile } = objectIn(values.get('csChargingProfiles'));
  const key = values.get('key');
  return [
    ...(typeof key === 'string' ? [shown(key), ...wantedValue(key, values.get('value'))] : []),
    ...subjects.flatMap(([member, word]) => {
      const value = values.get(member);
      return typeof value === 'string' || typeof value === 'number' ? [`${word}${shown(value)}`] : [];
    }),
    ...(typeof profile === 'number' ? [`profile ${profile}`] : []),
  ];
}

function objectIn(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function wantedValue(key: string, value: unknown): string[] {
  if (typeof value !== 'string') return [];
  return [isSecretKey(key) ? secretMask : JSON.stringify(shown(value))];
}

function isAboutSecret(request: object): boolean {
  return 'key' in request && typeof request.key === 'string' && isSecretKey(request.key);
}

function shown(value: string | number): string {
  return plainText(withoutPasswords(String(value)), valueCharactersMax);
}
