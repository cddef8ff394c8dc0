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
 * The package as `T`, the part of it that the caller uses. Throws `package.missing`, with what to do, when it is not
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
      'package.missing',
      `package ${name} (${purposes[name]}) cannot be loaded: ${reason}; install it with: npm install ${name} (needs a compiler), or npm rebuild ${name} after a change of Node`,
      { cause: error },
    );
  }
}
