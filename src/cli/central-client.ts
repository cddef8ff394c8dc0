/** Talks to the central system of `greenup run` about its station: over plain HTTP at its one port, whatever its stations speak. */
import { ExitError, exitCodes } from '../terminal/exit';
import type { StationOption } from './command';
import { StationClient } from './station-client';

/** The station is given 30 s for its answer. */
const answerMaxMs = 40_000;

export class CentralClient {
  private constructor(
    private readonly place: string,
    private readonly url: string,
    readonly identity: string,
  ) {}

  /** That of a running station. Throws an `ExitError` where it is another one. */
  static async find(station: StationOption): Promise<CentralClient> {
    const view = await StationClient.find(station).view();
    if (view.power === 'off')
      throw new ExitError(exitCodes.failed, 'the power is off; "greenup power on" brings it back');
    const { url, identity } = view.connection;
    const [, place] = /^wss?:\/\/(127\.0\.0\.1:\d+)\//.exec(url) ?? [];
    if (place === undefined) throw notOurs(url, 'it is not on this machine');
    return new CentralClient(`http://${place}`, url, identity);
  }

  /** What it answered. Throws an `ExitError` with what is wrong. */
  async post(path: string, body: string): Promise<object> {
    const answer = await fetch(`${this.place}${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body,
      signal: AbortSignal.timeout(answerMaxMs),
    }).catch((error: Error) => {
      throw notOurs(this.url, error.message);
    });
    const said: unknown = await answer.json().catch(() => undefined);
    if (answer.ok) return said as object;
    const { error } = (said ?? {}) as { error?: unknown };
    throw error === undefined
      ? notOurs(this.url, `it answers ${answer.status}`)
      : new ExitError(exitCodes.failed, String(error));
  }
}

function notOurs(url: string, why: string): ExitError {
  const remedy = 'start a station without --csms';
  return new ExitError(exitCodes.failed, `the central system ${url} takes no requests from here (${why}): ${remedy}`);
}
