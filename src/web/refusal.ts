/** A request that is refused: the HTTP status, the reason for people, and for pages a code that they have words for. */
import type { PageRefusal } from '../control/pages/page-station';

/** What a page tells in the language of whoever looks at it; `pages/words.ts` has the words. */
export type RefusalCode =
  | 'logInFirst'
  | 'newPasswordFirst'
  | 'wrongPassword'
  | 'tooManyAttempts'
  | 'passwordShort'
  | 'passwordLong'
  | 'passwordOld'
  | 'passwordUnread'
  | PageRefusal;

interface RefusalFacts {
  refused: RefusalCode;
  /** When to try again. */
  waitS?: number;
}

export class HttpRefusal extends Error {
  constructor(
    readonly code: number,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
    readonly facts?: RefusalFacts,
  ) {
    super(message);
  }
}

/** The answer of a station that is there; throws HttpRefusal while it starts or ends. */
export function present<Answer>(answer: Answer | undefined): Answer {
  if (answer !== undefined) return answer;
  throw new HttpRefusal(409, 'the station is starting', {}, { refused: 'starting' });
}

/** What the page tells in its own language. */
export function notDone(refused: RefusalCode): HttpRefusal {
  return new HttpRefusal(409, `not done: ${refused}`, {}, { refused });
}
