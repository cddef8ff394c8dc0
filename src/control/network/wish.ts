/** What somebody wishes of a wired interface, in the words of a form, made into settings; or what is wrong with it. Pure. */
import type { WiredSettings } from '../../hal/ports';

/** As it was typed. With DHCP address, mask and router count for nothing. */
export interface WiredWish {
  interfaceName: string;
  by: WiredSettings['by'];
  address: string;
  /** As 255.255.255.0 or as 24. */
  mask: string;
  /** May be empty. */
  router: string;
  /** May be empty; parted by blanks or commas. */
  nameServers: string;
}

export type WishRefusal =
  | 'networkAddressInvalid'
  | 'networkMaskInvalid'
  | 'networkAddressNoHost'
  | 'networkRouterInvalid'
  | 'networkRouterOutside'
  | 'networkServersInvalid'
  | 'networkServersMany'
  | 'networkSame';

/** A resolver asks no more (resolv.conf(5), MAXNS). */
const nameServersMax = 3;
/** Shorter ones join more than any network has, longer ones have no room for a station and a router. */
const prefixMin = 8;
const prefixMax = 30;
/** Addresses above are those of groups, or reserved (RFC 1112, 4). */
const firstByteMax = 223;
/** The machine itself (RFC 1122, 3.2.1.3). */
const loopbackByte = 127;

export function settingsOf(
  wish: WiredWish,
  before: WiredSettings,
): { refused: WishRefusal } | { settings: WiredSettings } {
  const nameServers = [...new Set(wish.nameServers.split(/[\s,;]+/).filter((one) => one !== ''))];
  const joined = wish.by === 'fixed' ? fixedOf(wish) : { settings: givenOf(before) };
  if ('refused' in joined) return joined;
  if (nameServers.some((one) => hostOf(one) === undefined)) return { refused: 'networkServersInvalid' };
  if (nameServers.length > nameServersMax) return { refused: 'networkServersMany' };
  // Who names others than there were wants these; whether they stand beside those of DHCP else stays as it is.
  const keepsServers = before.by === wish.by && String(before.nameServers) === String(nameServers);
  const ownServersOnly = keepsServers ? before.ownServersOnly : wish.by === 'given' && nameServers.length > 0;
  const settings: WiredSettings = { ...joined.settings, by: wish.by, nameServers, ownServersOnly };
  return isSame(settings, before) ? { refused: 'networkSame' } : { settings };
}

export function isSame(one: WiredSettings, other: WiredSettings): boolean {
  return (
    one.by === other.by &&
    one.router === other.router &&
    one.ownServersOnly === other.ownServersOnly &&
    String(one.addresses) === String(other.addresses) &&
    String(one.nameServers) === String(other.nameServers)
  );
}

type Joined = Pick<WiredSettings, 'addresses' | 'router'>;

/** A fixed address that stands beside that of DHCP is there for those who look for the station: it stays. */
function givenOf({ by, addresses, router }: WiredSettings): Joined {
  return by === 'given' ? { addresses, router } : { addresses: [], router: null };
}

function fixedOf({ address, mask, router }: WiredWish): { refused: WishRefusal } | { settings: Joined } {
  const own = hostOf(address);
  if (own === undefined) return { refused: 'networkAddressInvalid' };
  const prefix = prefixOf(mask.trim());
  if (prefix === undefined) return { refused: 'networkMaskInvalid' };
  if (!isHostIn(own, own, prefix)) return { refused: 'networkAddressNoHost' };
  const addresses = [`${address.trim()}/${prefix}`];
  if (router.trim() === '') return { settings: { addresses, router: null } };
  const gate = hostOf(router);
  if (gate === undefined) return { refused: 'networkRouterInvalid' };
  if (gate === own || !isHostIn(gate, own, prefix)) return { refused: 'networkRouterOutside' };
  return { settings: { addresses, router: router.trim() } };
}

/** The address of one machine as a number; undefined for any other text. */
function hostOf(text: string): number | undefined {
  const number = numberOf(text.trim());
  if (number === undefined) return undefined;
  const firstByte = Math.floor(number / 2 ** 24);
  return firstByte === 0 || firstByte === loopbackByte || firstByte > firstByteMax ? undefined : number;
}

/** Leading zeros are refused: for some programs they begin a number of base 8. */
function numberOf(text: string): number | undefined {
  const bytes = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1);
  if (!bytes || bytes.some((byte) => Number(byte) > 255 || String(Number(byte)) !== byte)) return undefined;
  return bytes.reduce((sum, byte) => sum * 256 + Number(byte), 0);
}

function prefixOf(mask: string): number | undefined {
  const length = /^\/?(\d{1,2})$/.exec(mask)?.[1];
  const prefix = length === undefined ? prefixOfDotted(mask) : Number(length);
  return prefix !== undefined && prefix >= prefixMin && prefix <= prefixMax ? prefix : undefined;
}

function prefixOfDotted(mask: string): number | undefined {
  const number = numberOf(mask);
  if (number === undefined) return undefined;
  const ones = number.toString(2).padStart(32, '0').replace(/0+$/, '');
  return ones.includes('0') ? undefined : ones.length;
}

/** The first address of a network is that of the network itself, the last one that of all in it (RFC 1122, 3.2.1.3). */
function isHostIn(host: number, other: number, prefix: number): boolean {
  const size = 2 ** (32 - prefix);
  const first = Math.floor(other / size) * size;
  return host > first && host < first + size - 1;
}
