/** `greenup bench INIT.json`: one simulated station as the child process of a test program. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPatiently, untilDiskWorks } from '../drivers/store/patient-store';
import { messageOf } from '../hal/errors';
import { ExitError, exitCodes, tellError } from '../terminal/exit';
import { prepareStateDirectory } from '../terminal/state-directory';
import { type Init, readInitFile } from './init-file';
import { Mains } from './mains';

/** Resolves with the exit code: 0 after the end of the input, a signal or a soft reset, 3 after a hard reset. */
export async function runJsonLines(initPath: string): Promise<number> {
  const init = initOf(initPath);
  const directory = init.dataDirectory ?? mkdtempSync(join(tmpdir(), 'greenup-'));
  const exposed = prepareStateDirectory(directory, `${initPath}: data_dir`);
  // Its output is for the test program alone.
  if (exposed !== undefined) tellError(exposed);
  const mains = new Mains(directory, init.seed);
  const store = mains.behind(openPatiently(join(directory, 'store')));
  store.catch(() => undefined); // told where it is awaited
  await untilDiskWorks(directory);
  // The rest of the program, loaded while the disk is busy.
  require('ws');
  const { runJsonLinesStation } = require('./json-lines-station') as typeof import('./json-lines-station');
  const code = await runJsonLinesStation({ init, directory, mains, store });
  if (init.dataDirectory === undefined) rmSync(directory, { recursive: true, force: true });
  return code;
}

function initOf(path: string): Init {
  try {
    return readInitFile(path);
  } catch (error) {
    throw new ExitError(exitCodes.usage, messageOf(error));
  }
}
