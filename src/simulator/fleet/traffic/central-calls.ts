/** Has the central system send requests to its stations, where it takes them as that of `greenup run` does (docs/bench.md). */
import { messageOf } from '../../../hal/errors';

export interface CentralCalls {
  /** The status of the station's answer; undefined: none came. Never rejects. */
  ask(identity: string, action: string, payload: object): Promise<string | undefined>;
}

/** A station is given 30 s for its answer. */
const answerMaxMs = 40_000;

/** POST /calls/STATION/ACTION at `place`, such as `http://127.0.0.1:8180`. */
export class HttpCalls implements CentralCalls {
  private told = false;

  /** `onFailure`: one line about the first that was not taken. */
  constructor(
    private readonly place: string,
    private readonly onFailure: (line: string) => void,
  ) {}

  async ask(identity: string, action: string, payload: object): Promise<string | undefined> {
    try {
      const answer = await fetch(`${this.place}/calls/${encodeURIComponent(identity)}/${action}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(payload),
        signal: AbortSignal.timeout(answerMaxMs),
      });
      const said = (await answer.json()) as { status?: unknown; error?: unknown };
      if (!answer.ok) this.fails(`${this.place} answers ${answer.status} ${String(said.error ?? '')}`);
      return typeof said.status === 'string' ? said.status : undefined;
    } catch (error) {
      this.fails(`${this.place} cannot be asked for ${action}: ${messageOf(error)}`);
      return undefined;
    }
  }

  private fails(line: string): void {
    if (this.told) return;
    this.told = true;
    this.onFailure(line);
  }
}
