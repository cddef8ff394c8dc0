/** Checks values for configuration keys before a station is started with them. */
import { GreenupError } from '../../hal/errors';
import { withoutPasswords } from '../frames/masking';
import { findKey } from './index';
import { checkValue } from './values';

/** Throws `config.invalid`, naming `place`, unless the key can hold the value. */
export function checkKey(key: 'URL' | 'UID', value: string, place: string): void {
  const reason = whyNoValue(key, value);
  if (reason !== undefined)
    throw new GreenupError('config.invalid', `${place}: "${withoutPasswords(value)}" ${reason}`);
}

/** The same for a password, which the message does not repeat. */
export function checkPassword(value: string, place: string): void {
  const reason = whyNoValue('AuthorizationKey', value);
  if (reason !== undefined) throw new GreenupError('config.invalid', `${place}: the password ${reason}`);
}

function whyNoValue(key: 'URL' | 'UID' | 'AuthorizationKey', value: string): string | undefined {
  const row = findKey(key);
  if (!row) return `is for an unknown key ${key}`;
  const checked = checkValue(row.type, value);
  return checked.ok ? undefined : checked.reason;
}

/** "KEY=VALUE" as a pair. Throws `config.invalid` for a key that there is not, or a value that it does not hold. */
export function keyAndValue(text: string, place: string): [key: string, value: string] {
  const at = text.indexOf('=');
  const [name, value] = [text.slice(0, at), text.slice(at + 1)];
  if (at < 1) throw new GreenupError('config.invalid', `${place} ${text}: valid is KEY=VALUE`);
  const row = findKey(name);
  if (!row)
    throw new GreenupError(
      'config.invalid',
      `${place} ${text}: there is no key ${name}; see docs/configuration-keys.md`,
    );
  const checked = checkValue(row.type, value);
  if (!checked.ok) throw new GreenupError('config.invalid', `${place} ${name}: "${value}" ${checked.reason}`);
  return [row.key, checked.value];
}

/** What is odd about an address that ends with the identity, which the station adds itself (OCPP-J 1.6, 3.1.1). */
export function addressHint(url: string, identity: string): string | undefined {
  const last = URL.canParse(url) ? new URL(url).pathname.split('/').findLast((part) => part !== '') : undefined;
  if (last === undefined || ![identity, encodeURIComponent(identity)].includes(last)) return undefined;
  const meant = url.slice(0, url.lastIndexOf(`/${last}`));
  return `${url} ends with the identity ${identity}, which the station adds itself: was ${meant} meant?`;
}
