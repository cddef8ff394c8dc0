/** The number of what lies outside the slots on a rig (units, scripts), which an update does not reach. */
import { readFileSync } from 'node:fs';
import { GreenupError, messageOf, systemCode } from '../../hal/errors';
import { programFile } from '../../hal/program-files';

/** Where the package puts it, beside the scripts that it numbers. */
export const baseFile = '/usr/lib/greenup/base';

/** That of the machine. A rig that was flashed before there were numbers has 0, as has a machine without the package. */
export function baseOfMachine(file: string = baseFile): number {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return 0;
    throw new GreenupError('package.unfit', `${file}: cannot be read: ${messageOf(error)}`);
  }
  return baseFrom(text, file);
}

/** That which came with this program, and which it needs; `programFolder`: of another release. */
export function baseOfProgram(file: string = programFile('board/pi/base')): number {
  return baseFrom(readFileSync(file, 'utf8'), file);
}

function baseFrom(text: string, where: string): number {
  if (/^\d{1,4}\n?$/.test(text)) return Number(text);
  throw new GreenupError('package.unfit', `${where}: must hold one number; make flash puts it right`);
}
