/** The file by which commands in another terminal find a running station. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const defaultStateDirectory = '.greenup/state';
/** Not assigned to anything by IANA; the station's bench listens here unless told otherwise. */
export const defaultBenchPort = 9759;

export interface BenchPlace {
  /** Where the bench listens, on 127.0.0.1. */
  port: number;
  /** Who is in charge: SIGTERM to it ends everything in an orderly way. */
  pid: number;
}

function benchFile(stateDirectory: string): string {
  return join(stateDirectory, 'bench.json');
}

export function writeBenchFile(stateDirectory: string, place: BenchPlace): void {
  mkdirSync(stateDirectory, { recursive: true });
  const path = benchFile(stateDirectory);
  writeFileSync(`${path}.new`, `${JSON.stringify(place)}\n`);
  renameSync(`${path}.new`, path);
}

/** Removes the file if this process is in charge: another station's file stays. */
export function removeBenchFile(stateDirectory: string): void {
  if (readBenchFile(stateDirectory)?.pid !== process.pid) return;
  rmSync(benchFile(stateDirectory), { force: true });
}

/** undefined: there is none, or it cannot be read. */
export function readBenchFile(stateDirectory: string): BenchPlace | undefined {
  try {
    const { port, pid } = JSON.parse(readFileSync(benchFile(stateDirectory), 'utf8')) as Partial<BenchPlace>;
    return typeof port === 'number' && typeof pid === 'number' ? { port, pid } : undefined;
  } catch {
    return undefined;
  }
}
