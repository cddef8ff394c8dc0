/** What runs here: program, Node.js, machine and operating system, and the board with its digest. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  arch,
  availableParallelism,
  freemem,
  loadavg,
  machine,
  networkInterfaces,
  platform,
  release,
  totalmem,
  uptime,
  version,
} from 'node:os';
import type { Board } from '../hal/board';
import { connectorNames } from '../hal/connectors';
import { programVersion } from '../hal/program-version';

/** Names the machine where the firmware of its maker does, as on a Raspberry Pi. */
const modelFile = '/proc/device-tree/model';

export function runningProgram(board: Board, slot: string | undefined, boot: number): object {
  return {
    program: { version: programVersion, release: slot ?? null, boot, uptimeS: Math.round(process.uptime()) },
    node: { ...process.versions, memory: process.memoryUsage() },
    machine: {
      model: machineModel(),
      architecture: `${arch()} (${machine()})`,
      system: `${platform()} ${release()} ${version()}`,
      uptimeS: Math.round(uptime()),
      processors: availableParallelism(),
      load: loadavg(),
      memoryBytes: { free: freemem(), total: totalmem() },
      addresses: addresses(),
    },
    board: {
      name: board.name,
      digest: boardDigest(board),
      vendor: board.vendor,
      model: board.model,
      serialNumber: board.serialNumber,
      drivers: board.drivers,
      connectors: connectorNames(board),
    },
  };
}

/** Of the board as the program sees it: the same for two files that say the same. */
export function boardDigest(board: Board): string {
  return createHash('sha256').update(JSON.stringify(board)).digest('hex');
}

function machineModel(): string | null {
  try {
    return readFileSync(modelFile, 'utf8').replaceAll('\0', '');
  } catch {
    return null; // Another kind of machine.
  }
}

function addresses(): Record<string, string[]> {
  const interfaces = Object.entries(networkInterfaces());
  return Object.fromEntries(
    interfaces.map(([name, found]) => [name, (found ?? []).map(({ cidr, address }) => cidr ?? address)]),
  );
}
