/** The addresses of a network interface, as the guide's network keys tell them. */
import { readFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';

/** Dotted decimal; an empty text where there is none. */
export interface InterfaceAddresses {
  address: string;
  netmask: string;
  gateway: string;
}

/** What the interface has now; asked each time, since addresses come and go. IPv4, as the guide's keys mean. */
export function addressesOf(
  name: string,
  interfaces: typeof networkInterfaces = networkInterfaces,
  routeTable = '/proc/net/route',
): InterfaceAddresses {
  const own = interfaces()[name]?.find(({ family }) => family === 'IPv4');
  return { address: own?.address ?? '', netmask: own?.netmask ?? '', gateway: gatewayOf(name, routeTable) };
}

/** Rows of the table: interface, destination, gateway, …; numbers in hexadecimal, lowest byte of the address last. */
function gatewayOf(name: string, routeTable: string): string {
  let text: string;
  try {
    text = readFileSync(routeTable, 'utf8');
  } catch {
    return '';
  }
  for (const row of text.split('\n')) {
    const [face, destination, gateway = ''] = row.split(/\s+/);
    if (face !== name || destination !== '00000000' || !/^[0-9A-F]{8}$/.test(gateway)) continue;
    if (gateway === '00000000') continue; // a route without a gateway, as of a tunnel
    const bytes = [6, 4, 2, 0].map((at) => Number.parseInt(gateway.slice(at, at + 2), 16));
    return bytes.join('.');
  }
  return '';
}
