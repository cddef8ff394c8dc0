/** Logging in at the pages: admin/admin at the first connection (guide, step 3), then a password of the owner's. */
import type { PageStation } from '../control/pages/page-station';
import type { Clock } from '../hal/clock';
import type { HashedPassword, PagePassword } from '../local/page-password';
import type { Attempts } from './attempts';
import type { PasswordHasher } from './password';
import { HttpRefusal, type RefusalCode } from './refusal';
import type { Visitor } from './routes';
import type { PageSession, Sessions } from './sessions';

const userName = 'admin';
/** Of the first connection only. */
const firstPassword = 'admin';
const passwordCharactersMin = 10;
const passwordCharactersMax = 200;
/** Who must wait for so long is locked out; a shorter wait only slows down whoever has mistyped. In ms. */
const lockedMinMs = 30_000;

export interface LogInOptions {
  station: Pick<PageStation, 'password' | 'noteLogIn'>;
  attempts: Attempts;
  sessions: Sessions;
  hasher: PasswordHasher;
  clock: Clock;
}

export class LogIn {
  constructor(private readonly options: LogInOptions) {}

  /** Throws HttpRefusal. */
  async enter(user: string, password: string, address: string): Promise<PageSession> {
    const { station, sessions, clock } = this.options;
    // That of now: if it is another one when the hash is done, the session is over before it began.
    const { hashed } = this.kept();
    await this.attempt(address, async () => {
      const fits = await this.matches(password, hashed);
      return fits && user === userName;
    });
    station.noteLogIn('LogInAtPages', `from ${address}${hashed ? '' : ', with the password of the first connection'}`);
    return sessions.open(hashed ? 'session' : 'newcomer', markOf(hashed), clock.now());
  }

  /** Resolves with a session in the place of the caller's when the password is durable. Throws HttpRefusal. */
  async choose(current: string, next: string, { address, sessionId }: Visitor): Promise<PageSession> {
    const { sessions, hasher, clock } = this.options;
    const kept = this.kept();
    const { length } = [...next.normalize('NFC')];
    if (length < passwordCharactersMin) throw refusal(409, 'passwordShort');
    if (length > passwordCharactersMax) throw refusal(409, 'passwordLong');
    await this.attempt(address, () => this.matches(current, kept.hashed));
    if (current.normalize('NFC') === next.normalize('NFC')) throw refusal(409, 'passwordOld');
    const hashed = await hasher.hash(next);
    await kept.change(hashed);
    // All others were bound to the old one; a name that was seen before it is worth nothing either.
    this.leave(sessionId);
    return sessions.open('session', markOf(hashed), clock.now());
  }

  leave(sessionId: string | undefined): void {
    if (sessionId !== undefined) this.options.sessions.end(sessionId);
  }

  /** The session of a request, which it keeps alive. */
  use(sessionId: string): PageSession | undefined {
    const password = this.options.station.password();
    return password && this.options.sessions.use(sessionId, markOf(password.hashed), this.options.clock.now());
  }

  /** While the station restarts nobody is sent away. */
  isAlive(sessionId: string | undefined): boolean {
    const { station, sessions, clock } = this.options;
    const password = station.password();
    if (!password || sessionId === undefined) return sessionId !== undefined;
    return sessions.isAlive(sessionId, markOf(password.hashed), clock.now());
  }

  private kept(): PagePassword {
    const kept = this.options.station.password();
    if (!kept) throw refusal(503, 'starting');
    if (kept.isSealed) throw refusal(403, 'passwordUnread');
    return kept;
  }

  /** Judged before anything is hashed: a hash costs more than a request. */
  private async attempt(address: string, fits: () => Promise<boolean>): Promise<void> {
    const { station, attempts, hasher, clock } = this.options;
    if (hasher.isFull) throw refusal(429, 'tooManyAttempts', 5);
    const waitMs = attempts.begin(address, clock.now());
    if (waitMs > 0) {
      const waitS = Math.ceil(waitMs / 1_000);
      if (waitMs >= lockedMinMs) station.noteLogIn('LogInsLockedAtPages', `from ${address}, for ${waitS} s`);
      throw refusal(429, 'tooManyAttempts', waitS);
    }
    if (!(await fits())) {
      // Not the name that was given: many a person types the password there.
      station.noteLogIn('FailedLogInAtPages', `from ${address}`);
      throw refusal(401, 'wrongPassword');
    }
    attempts.succeeded(address);
  }

  private async matches(password: string, hashed: HashedPassword | undefined): Promise<boolean> {
    return hashed ? this.options.hasher.matches(password, hashed) : password === firstPassword;
  }
}

function markOf(hashed: HashedPassword | undefined): string {
  return hashed?.hash ?? '';
}

const words: Readonly<Partial<Record<RefusalCode, string>>> = {
  wrongPassword: 'user or password is wrong',
  tooManyAttempts: 'too many attempts: try again later',
  passwordShort: `a password has at least ${passwordCharactersMin} characters`,
  passwordLong: `a password has at most ${passwordCharactersMax} characters`,
  passwordOld: 'the new password is the old one',
  passwordUnread: 'the stored password cannot be read: reset it at the station with "greenup password reset"',
  starting: 'the station is starting: try again in a moment',
};

function refusal(code: number, refused: RefusalCode, waitS?: number): HttpRefusal {
  const headers: Record<string, string> = waitS === undefined ? {} : { 'Retry-After': String(waitS) };
  const facts = waitS === undefined ? { refused } : { refused, waitS };
  return new HttpRefusal(code, words[refused] ?? refused, headers, facts);
}
