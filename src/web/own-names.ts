/** By which names a station may be called: one that somebody else's DNS leads here would make our pages part of his. */
import { isIP } from 'node:net';
import { hostname } from 'node:os';

/** `host`: the address at which the pages are, where it is one of them only. */
export function ownNames(host: string | undefined): readonly string[] {
  const machine = hostname().toLowerCase();
  return ['localhost', machine, `${machine}.local`, ...(host === undefined ? [] : [host.toLowerCase()])];
}

/**
 * What the station is called in a Host header, without the port and as it stands in a URL; undefined: it is called by none
 * of `names`. A number cannot be played with.
 */
export function calledBy(host: string, names: readonly string[]): string | undefined {
  const [, bracketed, plain] = /^(?:\[([^\]]+)\]|([^:]+))(?::\d+)?$/.exec(host) ?? [];
  const name = (bracketed ?? plain ?? '').toLowerCase();
  if (isIP(name) === 0 && !names.includes(name)) return undefined;
  return bracketed === undefined ? name : `[${name}]`;
}
