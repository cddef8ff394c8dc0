/** The table of all configuration keys, the types drawn from it, and the search by name. */
import { coreKeys } from './core';
import { featureProfileKeys } from './feature-profile-keys';
import { legrandKeys } from './legrand';
import { meteringKeys } from './metering';
import { securityKeys } from './security-keys';
import type { BooleanType, ConfigurationKey, IntegerType, ListType, TextType, UrlType } from './types';

export { type Measurand, measurands } from './metering';
export type { ConfigurationKey, ConfigurationStatus, GuideWrite, KeyGroup } from './types';
export { writeMeanings } from './types';

const rows = [...coreKeys, ...meteringKeys, ...featureProfileKeys, ...securityKeys, ...legrandKeys] as const;

type TableRow = (typeof rows)[number];

/** Every key in its canonical spelling. */
export type KeyName = TableRow['key'];
/** The keys that always hold a value of the kind, as they have a default. */
export type BooleanKeyName = Extract<TableRow, { type: BooleanType; default: string }>['key'];
export type IntegerKeyName = Extract<TableRow, { type: IntegerType; default: string }>['key'];
export type ListKeyName = Extract<TableRow, { type: ListType }>['key'];
/** The keys whose value is text; without a value it is the empty text. */
export type TextKeyName = Extract<TableRow, { type: TextType | UrlType }>['key'];
/** The words that the list of a key can hold. */
export type ListWord<Name extends ListKeyName> =
  Extract<TableRow, { key: Name }> extends { type: ListType<infer Word> } ? Word : never;

/** A row as the programs read it: the general shape, with its own name's type. */
export type KeyRow = ConfigurationKey & { key: KeyName };

/** In the order in which GetConfiguration lists them. */
export const configurationKeys: readonly KeyRow[] = rows;

const byName = new Map<string, KeyRow>(
  configurationKeys.flatMap((row) =>
    [row.key, ...(row.aliases ?? [])].map((name): [string, KeyRow] => [name.toLowerCase(), row]),
  ),
);

/** The row of a key or of an alias, without regard to case (CiString50); undefined if there is none. */
export function findKey(name: string): KeyRow | undefined {
  return byName.get(name.toLowerCase());
}
