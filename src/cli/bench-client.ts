/** Talks to the bench of a running station over its local HTTP interface. */
import { existsSync } from 'node:fs';
import { request } from 'node:http';
import { messageOf } from '../hal/errors';
import type { StationStatus } from '../simulator/station-status';
import { defaultBenchPort, defaultStateDirectory, readBenchFile } from '../terminal/bench-file';
import { Ending, exitCodes } from '../terminal/exit';
import { healthFileThere } from '../terminal/health-file';

export interface BenchAddress {
  port?: number | undefined;
  state?: string | undefined;
}

export type BenchStatus = StationStatus | { power: 'off' };

const answer_max_ms = 15_000;
/** An hour of charging costs real time: the world's memory and the store are written for each reading of the meter. */
const advance_max_ms = 600_000;
/** How long a cut or a return of the power may take to show, in ms. */
const power_max_ms = 15_000;
const power_poll_ms = 50;

export class BenchClient {
  private constructor(private readonly port: number) {}

  /** By port, else by the state directory's file, else at the default port. Throws an `Ending` with code 3. */
  static find({ port, state }: BenchAddress): BenchClient {
    if (port !== undefined) return new BenchClient(port);
    const place = readBenchFile(state ?? defaultStateDirectory);
    if (place) return new BenchClient(place.port);
    if (state === undefined) return new BenchClient(defaultBenchPort);
    throw noStation(`${state} has no bench.json`);
  }

  status(): Promise<BenchStatus> {
    return this.exchange('GET', '/status') as Promise<BenchStatus>;
  }

  /** Resolves with the line about what was done. Throws an `Ending` with code 1 if the station refuses. */
  async run(name: string, parameters: object): Promise<string> {
    const { message } = (await this.exchange(
      'POST',
      `/commands/${name}`,
      parameters,
      name === 'advance' ? advance_max_ms : answer_max_ms,
    )) as { message: string };
    return message;
  }

  /** Waits until the power is as wished; whoever takes over needs a moment. */
  async waitForPower(power: 'on' | 'off'): Promise<void> {
    const until = Date.now() + power_max_ms;
    for (;;) {
      const status = await this.status().catch(() => undefined);
      if (status?.power === power) return;
      if (Date.now() > until) throw new Ending(exitCodes.failed, `the power is not ${power} after ${power_max_ms} ms`);
      await new Promise((resolve) => setTimeout(resolve, power_poll_ms));
    }
  }

  private exchange(method: string, path: string, body?: object, timeout = answer_max_ms): Promise<object> {
    return new Promise((resolve, reject) => {
      const headers = body ? { 'Content-Type': 'application/json' } : {};
      const options = { host: '127.0.0.1', port: this.port, method, path, headers, timeout };
      const asked = request(options, (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('error', (error) => reject(new Ending(exitCodes.failed, messageOf(error))));
        response.on('end', () => {
          try {
            resolve(answered(response.statusCode ?? 0, text));
          } catch (error) {
            reject(error);
          }
        });
      });
      asked.on('timeout', () => asked.destroy(new Error(`no answer within ${timeout} ms`)));
      asked.on('error', (error: NodeJS.ErrnoException) => {
        const refused = error.code === 'ECONNREFUSED';
        const port = this.port;
        reject(
          refused
            ? noStation(`nothing listens on port ${port}`)
            : new Ending(exitCodes.failed, `bench port ${port}: ${messageOf(error)}`),
        );
      });
      asked.end(body && JSON.stringify(body));
    });
  }
}

function answered(code: number, text: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Ending(exitCodes.failed, 'what listens there is not a station: its answer is not JSON');
  }
  if (code === 200) return value as object;
  throw new Ending(exitCodes.failed, String((value as { error?: unknown }).error ?? `answer ${code}`));
}

function noStation(why: string): Ending {
  const isRig = existsSync(healthFileThere());
  const remedy = isRig
    ? 'the station of a rig has no bench: ask it by "greenup health" and "journalctl -u greenup"'
    : 'start one with "greenup run", or say where it is with --state DIR or --port N';
  return new Ending(exitCodes.noStation, `no station is running (${why}): ${remedy}`);
}
