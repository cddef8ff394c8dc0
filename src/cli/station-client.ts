/** Talks to a running station over its local HTTP interface: at a TCP port, or at the Unix socket of a rig. */
import { type ClientRequest, type IncomingMessage, type RequestOptions, request } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { messageOf } from '../hal/errors';
import type { PowerOffView, StationView } from '../station/view';
import { ExitError, exitCodes } from '../terminal/exit';
import { defaultStateDirectory, whyUnreadable } from '../terminal/state-directory';
import { controlSocketThere, defaultControlPort, readStationFile } from '../terminal/station-file';

export interface StationAddress {
  port?: number | undefined;
  state?: string | undefined;
}

type ControlAddress = { port: number } | { socketPath: string };

/** An unlock ends a transaction first, which takes the station up to 25 s. */
const answerMaxMs = 40_000;
/** An hour of simulated time with a charge in it takes a slow machine minutes. */
const advanceAnswerMaxMs = 600_000;
/** A report that does not go on for so long is given up, in ms. */
const reportSilenceMaxMs = 60_000;
/** A slow medium takes long to keep the last of a large file, in ms. */
const fileAnswerMaxMs = 600_000;
/** How long a cut or a return of the power may take to show, in ms. */
const powerMaxMs = 15_000;
const powerPollMs = 50;

export class StationClient {
  private constructor(private readonly place: ControlAddress) {}

  /**
   * By port, else by what the state directory holds, else as a service of this machine, else at the default port. Throws
   * an `ExitError` with code 3.
   */
  static find({ port, state }: StationAddress): StationClient {
    if (port !== undefined) return new StationClient({ port });
    const file = readStationFile(state ?? defaultStateDirectory);
    if (file) return new StationClient({ port: file.port });
    const socketPath = controlSocketThere(state);
    if (socketPath !== undefined) return new StationClient({ socketPath });
    if (state === undefined) return new StationClient({ port: defaultControlPort });
    throw noStation(`${state} ${whyUnreadable(state) ?? 'has neither bench.json nor control.sock'}`);
  }

  view(): Promise<StationView | PowerOffView> {
    return this.exchange('GET', '/status', answerMaxMs) as Promise<StationView | PowerOffView>;
  }

  /** Resolves with the line about what was done. Throws an `ExitError` with code 1 if the station refuses. */
  async run(name: string, parameters: object): Promise<string> {
    // These wait for something themselves.
    const patienceMs = name === 'advance' || name === 'cards' ? advanceAnswerMaxMs : answerMaxMs;
    return (await this.ask(name, parameters, patienceMs)).message;
  }

  /** The same with the fields beside that line, which are the command's own. */
  async ask<Facts extends object>(
    name: string,
    parameters: object,
    patienceMs = answerMaxMs,
  ): Promise<{ message: string } & Facts> {
    const answer = await this.exchange('POST', `/commands/${name}`, patienceMs, parameters);
    return answer as { message: string } & Facts;
  }

  /** Waits until the power is as wished; whoever takes over needs a moment. */
  async waitForPower(power: 'on' | 'off'): Promise<void> {
    const until = Date.now() + powerMaxMs;
    for (;;) {
      const view = await this.view().catch(() => undefined);
      if (view?.power === power) return;
      if (Date.now() > until) throw new ExitError(exitCodes.failed, `the power is not ${power} after ${powerMaxMs} ms`);
      await new Promise((resolve) => setTimeout(resolve, powerPollMs));
    }
  }

  /** The report of the station, as it comes. Throws an `ExitError` with code 1 if there is none. */
  async report(): Promise<{ fileName: string; content: AsyncIterable<Uint8Array> }> {
    const response = await this.request('GET', '/report', reportSilenceMaxMs);
    if (response.statusCode !== 200) answered(response.statusCode ?? 0, await textOf(response));
    const [, fileName] = /filename="([\w.-]+)"/.exec(response.headers['content-disposition'] ?? '') ?? [];
    if (fileName === undefined) throw notAStation();
    return { fileName, content: response };
  }

  /**
   * Hands the file of a release to the station; `onSent` hears after each portion how much has left. Throws an `ExitError` with
   * code 1 if the station does not take it, which it may say before it has all of it.
   */
  async sendUpdate(bytes: number, content: AsyncIterable<Uint8Array>, onSent: (bytes: number) => void): Promise<void> {
    const type = { 'Content-Type': 'application/octet-stream', 'Content-Length': String(bytes) };
    let unread: unknown;
    const counted = async function* (): AsyncGenerator<Uint8Array> {
      try {
        let sent = 0;
        for await (const portion of content) {
          yield portion;
          sent += portion.length;
          onSent(sent);
        }
      } catch (error) {
        unread = error;
        throw error;
      }
    };
    const sending = this.request('POST', '/update-file', fileAnswerMaxMs, type, (asked) => pipeline(counted, asked));
    const response = await sending.catch((error) => {
      throw unread === undefined ? error : new ExitError(exitCodes.failed, messageOf(unread));
    });
    answered(response.statusCode ?? 0, await textOf(response));
  }

  private async exchange(method: string, path: string, patienceMs: number, body?: object): Promise<object> {
    const headers = body ? { 'Content-Type': 'application/json' } : {};
    const response = await this.request(method, path, patienceMs, headers, (asked) => {
      asked.end(body && JSON.stringify(body));
    });
    return answered(response.statusCode ?? 0, await textOf(response));
  }

  /** `send` writes what is sent and ends it. Resolves with the head of the answer; what follows is still to be read. */
  private request(
    method: string,
    path: string,
    patienceMs: number,
    headers: Record<string, string> = {},
    send: (asked: ClientRequest) => Promise<void> | void = (asked) => void asked.end(),
  ): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const place = 'port' in this.place ? { host: '127.0.0.1', ...this.place } : this.place;
      const options: RequestOptions = { ...place, method, path, headers, timeout: patienceMs };
      const asked = request(options, resolve);
      asked.on('timeout', () => asked.destroy(new Error(`no answer within ${patienceMs} ms`)));
      asked.on('error', (error: NodeJS.ErrnoException) => reject(this.unreachable(error)));
      // What cannot be sent is an error of the request as well, unless the answer has come already.
      void Promise.resolve(send(asked)).catch((error) => asked.destroy(error));
    });
  }

  private unreachable(error: NodeJS.ErrnoException): ExitError {
    const where = 'port' in this.place ? `port ${this.place.port}` : this.place.socketPath;
    switch (error.code) {
      case 'ECONNREFUSED':
      case 'ENOENT':
        return noStation(`nothing listens on ${where}`);
      case 'EACCES':
        return new ExitError(
          exitCodes.failed,
          `${where}: no permission: use sudo, or join the group of the station: sudo usermod -aG greenup $USER`,
        );
      case 'ECONNRESET':
        // What was asked may have been done: a power cut waits for nobody.
        return new ExitError(
          exitCodes.failed,
          `the station at ${where} ended before it answered: its power was cut, or it was stopped; see "greenup status"`,
        );
      default:
        return new ExitError(exitCodes.failed, `${where}: ${messageOf(error)}`);
    }
  }
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = '';
  response.setEncoding('utf8');
  try {
    for await (const portion of response) text += portion;
    return text;
  } catch (error) {
    throw new ExitError(exitCodes.failed, messageOf(error));
  }
}

function notAStation(): ExitError {
  return new ExitError(exitCodes.failed, 'what listens there is not a station: its answer is not that of one');
}

function answered(code: number, text: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw notAStation();
  }
  if (code === 200) return value as object;
  throw new ExitError(exitCodes.failed, String((value as { error?: unknown }).error ?? `answer ${code}`));
}

function noStation(why: string): ExitError {
  const remedy = 'start one with "greenup run", or say where it is with --state DIR or --port N';
  return new ExitError(exitCodes.noStation, `no station is running (${why}): ${remedy}`);
}
