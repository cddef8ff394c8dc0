/** Loads the native packages of a rig, which a laptop may lack, and says how to get one that is missing. */
import { GreenupError, messageOf } from '../../hal/errors';

type NativePackage = 'onoff' | 'i2c-bus' | 'spi-device' | 'mfrc522-rpi' | 'serialport';

const purposes: Readonly<Record<NativePackage, string>> = {
  onoff: 'GPIO lines',
  'i2c-bus': 'the analogue inputs',
  'spi-device': 'the card reader',
  'mfrc522-rpi': 'the card reader',
  serialport: 'the energy meters',
};

/**
 * The package as `T`, the part of it that the caller uses. Throws `part.missing`, with what to do, when it is not
 * installed or was built for another version of Node.
 */
export function nativePackage<T>(name: NativePackage, load: () => unknown): T {
  try {
    return load() as T;
  } catch (error) {
    // Node names the versions on further lines; a list of who required it is of no use here.
    const reason = messageOf(error)
      .replace(/\nRequire stack:[\s\S]*$/, '')
      .replace(/\s*\n\s*/g, ' ');
    throw new GreenupError(
      'part.missing',
      `${trouble(name)}: ${reason}; install it with: npm install ${name} (needs a compiler), or npm rebuild ${name} after a change of Node`,
      { cause: error },
    );
  }
}

function trouble(name: NativePackage): string {
  return `package ${name} (${purposes[name]}) cannot be loaded`;
}

/**
 * Whether a line of trouble, told by whichever thread, says that a package cannot be loaded: such a program can never
 * charge, however the rig is wired. Nothing is loaded to find out: some packages work in one thread of a process only.
 */
export function tellsOfBrokenPackage(line: string): boolean {
  return Object.keys(purposes).some((name) => line.includes(trouble(name as NativePackage)));
}
