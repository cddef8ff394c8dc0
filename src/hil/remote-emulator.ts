/** Plays vehicle, driver and mishaps through a socket at which an emulated rig listens: a JSON object a line, each answered. */
import { createConnection, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { Board } from '../hal/board';
import { connectorsOf } from '../hal/connectors';
import { GreenupError, messageOf } from '../hal/errors';
import type { Deed, Mishap, VehicleEmulator } from '../hal/vehicle-emulator';

interface EmulatorAnswer {
  ok: boolean;
  error?: string;
}

export class RemoteEmulator implements VehicleEmulator {
  readonly name = 'an emulated rig';
  readonly hasLoad = true;
  private readonly waiting: ((answer: EmulatorAnswer) => void)[] = [];

  private constructor(
    private readonly socket: Socket,
    private readonly board: Board,
  ) {
    createInterface({ input: socket }).on('line', (line) => this.waiting.shift()?.(answerOf(line)));
    socket.on('close', () => {
      for (const settle of this.waiting.splice(0)) settle({ ok: false, error: 'the connection was lost' });
    });
  }

  /** Rejects with `config.invalid` when nobody listens at `path`. */
  static connect(path: string, board: Board): Promise<RemoteEmulator> {
    return new Promise((resolve, reject) => {
      const socket = createConnection(path);
      socket.once('error', (error) =>
        reject(new GreenupError('config.invalid', `emulated rig at ${path}: ${messageOf(error)}`, { cause: error })),
      );
      socket.once('connect', () => {
        socket.on('error', () => socket.destroy());
        resolve(new RemoteEmulator(socket, board));
      });
    });
  }

  can(): boolean {
    return true;
  }

  atOnce(): boolean {
    return true;
  }

  async perform(deed: Deed): Promise<void> {
    const request = this.requestOf(deed);
    const answer = await new Promise<EmulatorAnswer>((resolve) => {
      if (!this.socket.writable) {
        resolve({ ok: false, error: 'the connection was lost' });
        return;
      }
      this.waiting.push(resolve);
      this.socket.write(`${JSON.stringify(request)}\n`);
    });
    if (!answer.ok) throw new GreenupError('part.failed', `emulated rig: ${answer.error ?? 'refused'}`);
  }

  close(): void {
    this.socket.end();
  }

  private requestOf(deed: Deed): object {
    switch (deed.do) {
      case 'plug':
      case 'unplug':
        return { do: deed.do, connector: deed.connectorId };
      case 'request':
        return { do: 'ev', connector: deed.connectorId, options: { paused: !deed.energy } };
      case 'present':
        return { do: 'present', uid: deed.uid, side: deed.side };
      case 'flicker':
        return { do: 'flicker', connector: deed.connectorId, signal: deed.signal, ms: deed.forMs };
      case 'mishap':
        return this.mishap(deed.mishap, deed.connectorId, deed.present);
    }
  }

  private mishap(mishap: Mishap, connectorId: number, present: boolean): object {
    const place = connectorsOf(this.board)[connectorId - 1];
    switch (mishap) {
      case 'welded':
      case 'residualCurrent':
        return { do: 'fault', connector: connectorId, kind: mishap, present };
      case 'meterSilent':
        return { do: 'rig', fault: `meterSilent:${place?.socket.wiring?.meter?.unit ?? 0}`, present };
      case 'readerGone':
        return { do: 'rig', fault: `readerGone:${place?.side ?? 'right'}`, present };
      case 'i2cLost':
        return { do: 'rig', fault: 'i2cLost', present };
    }
  }
}

function answerOf(line: string): EmulatorAnswer {
  try {
    return JSON.parse(line) as EmulatorAnswer;
  } catch {
    return { ok: false, error: `an answer that is no JSON: ${line}` };
  }
}
