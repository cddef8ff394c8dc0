/** What the station says as its password: AuthorizationKey means bytes in hexadecimal, or itself (whitepaper, A00.FR.205). */
import { shape } from '../../hal/shapes';
import type { Batch } from '../../hal/store';
import { collection, type StoredValues } from '../../hal/stored';

/** 16 to 20 bytes in hexadecimal (errata of OCPP-J, 3.12). */
const hexadecimal = /^(?:[0-9a-fA-F]{2}){16,20}$/;

/** The key for which the central system took the text itself, though it could be read as bytes. */
const takenLiterally = collection('security/literal-password', shape.Literal(true));

/**
 * Central systems in the field compare the very text that they have set, also where it is hexadecimal. Whether one does is
 * found out when it refuses the bytes: the text is then tried once, and what was taken is remembered until the key changes.
 */
export class Password {
  private literally: boolean;
  private isTrial = false;
  private wasTried = false;

  constructor(stored: StoredValues) {
    this.literally = takenLiterally.readOne(stored) ?? false;
  }

  /** What belongs to `key` as it is read now. */
  bytesOf(key: string): Uint8Array {
    const isBytes = hexadecimal.test(key) && !this.literally;
    return isBytes ? Buffer.from(key, 'hex') : Buffer.from(key, 'utf8');
  }

  /** The central system did not take the password: the next attempt may bring the other reading of `key`. */
  refused(key: string): void {
    if (!hexadecimal.test(key)) return;
    if (this.isTrial) {
      this.isTrial = false;
      this.literally = false;
    } else if (!this.wasTried) {
      this.wasTried = true;
      this.isTrial = true;
      this.literally = !this.literally;
    }
  }

  /** It was taken. What is to be stored so that the next start brings the same; undefined: nothing. */
  taken(): Batch | undefined {
    if (!this.isTrial) return undefined;
    this.isTrial = false;
    return this.literally
      ? { put: [takenLiterally.entry('', true)], del: [] }
      : { put: [], del: [takenLiterally.key('')] };
  }

  /** There is another key: nothing is known of it. What is to be stored; undefined: nothing. */
  changed(): Batch | undefined {
    const wasLiteral = this.literally && !this.isTrial;
    this.literally = false;
    this.isTrial = false;
    this.wasTried = false;
    return wasLiteral ? { put: [], del: [takenLiterally.key('')] } : undefined;
  }
}
