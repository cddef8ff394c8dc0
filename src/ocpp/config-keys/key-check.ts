/** Checks values for configuration keys before a station is started with them. */
import { GreenupError } from '../../hal/errors';
import { findKey } from './index';
import { checkValue } from './values';

/** Throws `config.invalid`, naming `place`, unless the key can hold the value. */
export function checkKey(key: 'URL' | 'UID', value: string, place: string): void {
  const row = findKey(key);
  const checked = row ? checkValue(row.type, value) : { ok: false as const, reason: `is for an unknown key ${key}` };
  if (!checked.ok) throw new GreenupError('config.invalid', `${place}: "${value}" ${checked.reason}`);
}
