/** Reads the location that a central system gives for a file: the protocol, the place, and who the station is there. */
import type { ListWord } from './config-keys/index';

export interface FileLocation {
  /** Without credentials: it may be told. */
  url: string;
  credentials?: { user: string; password: string };
}

type TransferProtocol = ListWord<'SupportedFileTransferProtocols'>;

/** Why there is nothing to be had or left, in words without the location, which may have a password. */
export function fileLocation(
  location: string,
  spoken: readonly TransferProtocol[],
): FileLocation | { refused: string } {
  let url: URL;
  try {
    url = new URL(location);
  } catch {
    return { refused: `the location is no URL; valid: ${examples(spoken)}` };
  }
  const protocol = spoken.find((word) => `${word.toLowerCase()}:` === url.protocol);
  if (protocol === undefined)
    return { refused: `the location begins with ${url.protocol}//; valid: ${examples(spoken)}` };
  if (url.hostname === '') return { refused: 'the location names no host' };
  const { username, password } = url;
  url.username = '';
  url.password = '';
  url.hash = '';
  if (username === '' && password === '') return { url: url.href };
  return { url: url.href, credentials: { user: decoded(username), password: decoded(password) } };
}

function examples(spoken: readonly TransferProtocol[]): string {
  return spoken.map((word) => `${word.toLowerCase()}://`).join(', ');
}

/** Signs that mean something in a URL stand in a user or a password as their numbers (RFC 3986, 2.1). */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
