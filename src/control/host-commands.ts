/** The machines that prove themselves by a key: which are known, which one a person adds, and which one may come with another. */
import { GreenupError } from '../hal/errors';
import type { RunningStation } from '../main';
import { oneOf, optional, text, unknownWord, type ValuesOf } from './parameters';

/** The longest name of DNS, and a port. */
const hostCharactersMax = 260;
const keyCharactersMax = 100;

export const hostParameters = {
  action: oneOf(['list', 'know', 'forget']),
  host: optional(text(1, hostCharactersMax)),
  key: optional(text(1, keyCharactersMax)),
};

/** A name or an address, as a URL has it but without brackets, and a port. */
const hostPattern = /^[^\s/@[\]]+:([1-9]\d{0,4})$/;
const portMax = 65_535;
/** What a station asks for (RFC 4253, 8709, 5656); SHA-256 of the key in base64, without the sign at its end. */
const keyPattern = /^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp(256|384|521)) SHA256:[A-Za-z0-9+/]{43}$/;
const keyForm = '"TYPE SHA256:…", with ssh-ed25519, ecdsa-sha2-nistp256, -384, -521 or ssh-rsa, and 43 characters';

export async function changeHosts(
  { knownHosts }: Pick<RunningStation, 'knownHosts'>,
  { action, host, key }: Partial<ValuesOf<typeof hostParameters>>,
): Promise<string> {
  const known = [...knownHosts.all];
  if (action === 'list') return known.map(([name, one]) => `${name} ${one}`).join('\n') || 'none is known';
  if (host === undefined)
    throw new GreenupError('command.invalid', `hosts: ${action} which one? Name and port, as listed`);
  if (action === 'know') {
    const former = knownHosts.keyOf(host);
    await knownHosts.know(checkedHost(host), checkedKey(key));
    return former === undefined || former === key
      ? `${host}: known by ${key}`
      : `${host}: known by ${key}, no more by ${former}`;
  }
  if (await knownHosts.forget(host)) return `${host}: forgotten; the next key that it shows is trusted`;
  const names = known.map(([name]) => name);
  throw new GreenupError('command.invalid', unknownWord('host', host, names));
}

function checkedHost(host: string): string {
  if (Number(hostPattern.exec(host)?.[1] ?? Number.POSITIVE_INFINITY) <= portMax) return host;
  throw new GreenupError('command.invalid', `hosts: ${host} is none; valid: NAME:PORT, such as files.example.org:22`);
}

function checkedKey(key: string | undefined): string {
  if (key !== undefined && keyPattern.test(key)) return key;
  throw new GreenupError('command.invalid', `hosts: ${key ?? 'no key'} is none; valid: ${keyForm}`);
}
