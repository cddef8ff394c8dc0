/** Starts the long-running commands; what each of them needs is loaded only then. */
import type { RunOptions } from './run-options';

/** Seeds that are made here have this many values, so that they are easily typed. */
const seeds = 1_000_000;

/** `greenup run`: the station itself, or with an embedded central system in charge of it. */
export function runWith(given: RunOptions): Promise<number> {
  // Chosen once: the world stays the same when the power comes back.
  const options = { ...given, seed: given.seed ?? Math.floor(Math.random() * seeds) };
  const { csms } = options;
  if (csms === undefined) {
    const { runHost } = require('./host') as typeof import('./host');
    return runHost(options);
  }
  const { runStation } = require('./run') as typeof import('./run');
  return runStation({ ...options, csms });
}

/** `greenup bench`. */
export function machineWith(initPath: string): Promise<number> {
  const { runMachine } = require('../simulator/machine-run') as typeof import('../simulator/machine-run');
  return runMachine(initPath);
}

/** What a power cut leaves; not for people, so without a place in the help. */
export function mainsWith(json: string): Promise<number> {
  const { runMains } = require('./host') as typeof import('./host');
  return runMains(JSON.parse(json));
}
