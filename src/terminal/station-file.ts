/** Where commands in another terminal find a running station: the file that a simulated one leaves, the socket of a rig. */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { serviceDirectory } from './health-file';
import { defaultStateDirectory } from './state-directory';

/** Not assigned to anything by IANA; a simulated station listens here unless told otherwise. */
export const defaultControlPort = 9759;

/** The same for its pages. */
export const defaultWebPort = 9758;

export interface StationPlace {
  /** Where the HTTP interface listens, on 127.0.0.1. */
  port: number;
  /** Who is in charge: SIGTERM to it ends everything in an orderly way. */
  pid: number;
}

/** Its name is promised by docs/bench.md. */
function stationFile(stateDirectory: string): string {
  return join(stateDirectory, 'bench.json');
}

export function writeStationFile(stateDirectory: string, place: StationPlace): void {
  mkdirSync(stateDirectory, { recursive: true });
  const path = stationFile(stateDirectory);
  writeFileSync(`${path}.new`, `${JSON.stringify(place)}\n`);
  renameSync(`${path}.new`, path);
}

/** Removes the file if this process is in charge: another station's file stays. */
export function removeStationFile(stateDirectory: string): void {
  if (readStationFile(stateDirectory)?.pid !== process.pid) return;
  rmSync(stationFile(stateDirectory), { force: true });
}

/** undefined: there is none, or it cannot be read. */
export function readStationFile(stateDirectory: string): StationPlace | undefined {
  try {
    const { port, pid } = JSON.parse(readFileSync(stationFile(stateDirectory), 'utf8')) as Partial<StationPlace>;
    return typeof port === 'number' && typeof pid === 'number' ? { port, pid } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The socket at which a station on a rig listens: a service has a directory of its own, where its group may use it; one
 * that was started by hand is for whoever started it.
 */
export function controlSocketOf(stateDirectory: string): { path: string; mode: number } {
  const { RUNTIME_DIRECTORY } = process.env;
  return RUNTIME_DIRECTORY
    ? { path: socketIn(RUNTIME_DIRECTORY), mode: 0o660 }
    : { path: socketIn(stateDirectory), mode: 0o600 };
}

/** The socket of a rig's station that runs: started by hand with this state directory, else as a service. */
export function controlSocketThere(stateDirectory: string | undefined): string | undefined {
  const directories = stateDirectory === undefined ? [defaultStateDirectory, serviceDirectory] : [stateDirectory];
  return directories.map(socketIn).find((path) => existsSync(path));
}

function socketIn(directory: string): string {
  return join(directory, 'control.sock');
}
