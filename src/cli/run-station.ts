/** The process of a station for a central system that is known: on a rig, or simulated. */
import { boardOfRig } from '../hal/board/rig-board';
import { messageOf } from '../hal/errors';
import { addressHint, checkKey } from '../ocpp/config-keys/key-check';
import { type ChosenRunOptions, defaultIdentity, givenAddress } from '../simulator/run-options';
import { ExitError, exitCodes, tellError } from '../terminal/exit';

/** Resolves with the exit code when the station has ended. */
export async function runStation(options: ChosenRunOptions): Promise<number> {
  checkAddress(options);
  const rigBoard = boardOfRig(options.board);
  if (rigBoard) {
    const { runRig } = require('../rig/process') as typeof import('../rig/process');
    return runRig({ ...options, address: givenAddress(options) }, rigBoard);
  }
  const { runSimulation } = require('../simulator/process') as typeof import('../simulator/process');
  return runSimulation(options, (present, board, warn) => {
    // As a service of systemd it must tell that it lives; a station by hand has no such listener.
    if (!process.env.NOTIFY_SOCKET) return () => {};
    const { reportAsService } = require('../rig/simulated-service') as typeof import('../rig/simulated-service');
    return reportAsService({ board, state: options.state, present, warn });
  });
}

/** A wrong address is a wrong command line; one that is only odd is told. */
function checkAddress({ csms, id, supervised }: ChosenRunOptions): void {
  try {
    checkKey('URL', csms, '--csms');
    if (id !== undefined) checkKey('UID', id, '--id');
  } catch (error) {
    throw new ExitError(exitCodes.usage, messageOf(error));
  }
  const hint = supervised === 'host' ? undefined : addressHint(csms, id ?? defaultIdentity);
  if (hint !== undefined) tellError(`--csms: ${hint}`);
}
