/** Where a file goes: the parts of a URL as the protocols want them, and what is told of it, which has no credentials. */
import { GreenupError } from '../../hal/errors';

export const schemes = ['ftp', 'ftps', 'sftp', 'http', 'https'] as const;
export type Scheme = (typeof schemes)[number];

export interface TransferAddress {
  scheme: Scheme;
  /** Without the brackets of an IPv6 address. */
  host: string;
  /** Undefined: that of the scheme. */
  port: number | undefined;
  /** What stands between slashes, decoded; none is empty. */
  folders: string[];
  /** Whether two slashes, or an encoded one, begin the path: it does not begin where a login ends up (RFC 1738, 3.2.2). */
  isFromRoot: boolean;
  /** Without credentials, which come apart from it. */
  url: URL;
  /** Scheme, host and port. */
  name: string;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not come in
const controls = /[\u0000-\u001f\u007f]/;

/** Throws `transfer.unsupported` for what is no URL, has another scheme, or has signs in it that would end a command. */
export function addressOf(text: string): TransferAddress {
  const url = parsed(text);
  const scheme = schemes.find((one) => url?.protocol === `${one}:`);
  if (!url || !scheme || url.hostname === '') {
    throw new GreenupError('transfer.unsupported', `the location is none; valid: ${schemes.join('://, ')}://`);
  }
  url.username = '';
  url.password = '';
  const host = url.hostname.replaceAll(/[[\]]/g, '');
  const name = `${scheme}://${url.host}`;
  const path = decoded(url.pathname);
  if (controls.test(path) || controls.test(decoded(host))) {
    throw new GreenupError('transfer.unsupported', `${name}: there are control characters in the location`);
  }
  return {
    ...{ scheme, host, url, name },
    port: url.port === '' ? undefined : Number(url.port),
    folders: path.split('/').filter((folder) => folder !== ''),
    isFromRoot: path.startsWith('//'),
  };
}

/** The text itself where a percent sign means nothing. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function parsed(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
