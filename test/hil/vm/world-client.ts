/** Tells the emulated rig what happens, over its socket: for tests that run in the virtual machine. */
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import type { WorldSnapshot } from '../../../src/drivers/sim/snapshot';
import type { LineLevel } from './emulator/lines';

export interface RigSnapshot {
  snapshot: WorldSnapshot;
  lines: LineLevel[];
  coilsSupplied: boolean;
}

export class WorldClient {
  private readonly waiting: ((line: string) => void)[] = [];

  private constructor(private readonly socket: Socket) {
    createInterface({ input: socket }).on('line', (line) => this.waiting.shift()?.(line));
  }

  static connect(path = '/run/world.sock'): Promise<WorldClient> {
    const socket = connect(path);
    return new Promise((resolve, reject) => {
      socket.once('error', reject);
      socket.once('connect', () => resolve(new WorldClient(socket)));
    });
  }

  /** Sends one request, as `{ do: 'plug', connector: 1 }`. Rejects with the rig's own words when it refuses. */
  async ask(request: { do: string; [name: string]: unknown }): Promise<Record<string, unknown>> {
    const line = await new Promise<string>((resolve) => {
      this.waiting.push(resolve);
      this.socket.write(`${JSON.stringify(request)}\n`);
    });
    const answer = JSON.parse(line) as { ok: boolean; error?: string };
    if (!answer.ok) throw new Error(`${request.do}: ${answer.error}`);
    return answer as unknown as Record<string, unknown>;
  }

  async snapshot(): Promise<RigSnapshot> {
    return (await this.ask({ do: 'snapshot' })) as unknown as RigSnapshot;
  }

  close(): void {
    this.socket.destroy();
  }
}
