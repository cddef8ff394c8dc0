/** Who has logged in, and until when: in memory only, bound to the password of then. Pure but for the names it is given. */

/** A session that nothing is asked in ends after this, in ms; a page that only looks on asks nothing. */
export const idleMaxMs = 3_600_000;
/** However much is asked in it, in ms. */
export const lastsMaxMs = 12 * 3_600_000;
/** The one that was silent for longest goes. */
const sessionsMax = 20;

export type SessionKind = 'newcomer' | 'session';

export interface PageSession {
  id: string;
  /** `newcomer`: a new password is demanded before anything else. */
  kind: SessionKind;
  /** The hash of the password it was opened with: with another password it is over. */
  password: string;
  idleUntil: number;
  endsAt: number;
}

export class Sessions {
  private readonly byId = new Map<string, PageSession>();

  /** `newId` makes names that nobody guesses. */
  constructor(private readonly newId: () => string) {}

  open(kind: SessionKind, password: string, now: number): PageSession {
    const session = { id: this.newId(), kind, password, idleUntil: now + idleMaxMs, endsAt: now + lastsMaxMs };
    this.byId.set(session.id, session);
    const [oldest] = this.byId.keys();
    if (this.byId.size > sessionsMax && oldest !== undefined) this.byId.delete(oldest);
    return session;
  }

  /** The session of a request, which it keeps alive. */
  use(id: string, password: string, now: number): PageSession | undefined {
    if (!this.isAlive(id, password, now)) return undefined;
    const session = this.byId.get(id);
    if (!session) return undefined;
    session.idleUntil = now + idleMaxMs;
    this.byId.delete(id);
    this.byId.set(id, session);
    return session;
  }

  isAlive(id: string, password: string, now: number): boolean {
    const session = this.byId.get(id);
    if (!session) return false;
    if (session.password === password && session.idleUntil > now && session.endsAt > now) return true;
    this.byId.delete(id);
    return false;
  }

  end(id: string): void {
    this.byId.delete(id);
  }
}
