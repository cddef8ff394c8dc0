/** Starts the long-running commands, with and without commander; what each of them needs is loaded only then. */
import { boardOfRig } from '../hal/board/rig-board';
import { checkKey } from '../ocpp/config-keys/key-check';
import type { ChosenRunOptions, RunOptions } from '../simulator/run-options';

/** Seeds that are made here have this many values, so that they are easily typed. */
const seedsMax = 1_000_000;

/** `greenup run`: the station itself, or with an embedded central system in charge of it. */
export function runWith(given: RunOptions): Promise<number> {
  // Chosen once: the world stays the same when the power comes back.
  const options = { ...given, seed: given.seed ?? Math.floor(Math.random() * seedsMax) };
  const { csms } = options;
  if (csms !== undefined) return runStation({ ...options, csms });
  const { runHost } = require('../simulator/host') as typeof import('../simulator/host');
  return runHost(options);
}

/** `greenup bench`. */
export function benchWith(initPath: string): Promise<number> {
  const { runJsonLines } =
    require('../simulator/json-lines-process') as typeof import('../simulator/json-lines-process');
  return runJsonLines(initPath);
}

/** What a power cut leaves; not for people, so without a place in the help. */
export function mainsWith(json: string): Promise<number> {
  const { runMains } = require('../simulator/host') as typeof import('../simulator/host');
  return runMains(JSON.parse(json));
}

async function runStation(options: ChosenRunOptions): Promise<number> {
  checkKey('URL', options.csms, '--csms');
  checkKey('UID', options.id, '--id');
  const rigBoard = boardOfRig(options.board);
  if (rigBoard) {
    const { runRig } = require('../rig/process') as typeof import('../rig/process');
    return runRig(options, rigBoard);
  }
  const { runSimulation } = require('../simulator/process') as typeof import('../simulator/process');
  return runSimulation(options, (present, board, warn) => {
    // As a service of systemd it must tell that it lives; a station by hand has no such listener.
    if (!process.env.NOTIFY_SOCKET) return () => {};
    const { reportAsService } = require('../rig/simulated-service') as typeof import('../rig/simulated-service');
    return reportAsService({ board, state: options.state, present, warn });
  });
}
