/** The shape of a row in the table of configuration keys, and the kinds of value a key can hold. */

/** The group a key is listed in: a feature profile (OCPP 1.6, 3.3), the security whitepaper, or `Legrand` with the keys of the maker. */
export type KeyGroup =
  | 'Core'
  | 'FirmwareManagement'
  | 'LocalAuthListManagement'
  | 'Reservation'
  | 'SmartCharging'
  | 'Security'
  | 'Legrand';

/** The words of the guide's Write column. */
export type GuideWrite = 'Accepted' | 'OK' | 'Rejected' | 'N.A' | 'Not supported';

/** Answers to ChangeConfiguration (OCPP 1.6, 7.22). */
export type ConfigurationStatus = 'Accepted' | 'Rejected' | 'RebootRequired' | 'NotSupported';

/** What each word of the guide's Write column means: the answer to a valid value, and the flag in GetConfiguration. */
export const writeMeanings: Record<GuideWrite, { answer: ConfigurationStatus; readonly: boolean }> = {
  Accepted: { answer: 'Accepted', readonly: false },
  OK: { answer: 'Accepted', readonly: false },
  Rejected: { answer: 'Rejected', readonly: true },
  'N.A': { answer: 'Rejected', readonly: true }, // a read-only key falls under "none of the above" of 5.3
  'Not supported': { answer: 'NotSupported', readonly: true },
};

export interface BooleanType {
  kind: 'boolean';
}

export interface IntegerType {
  kind: 'integer';
  /** Smallest and largest value, both allowed, in `unit`. */
  min: number;
  max: number;
  unit?: string;
  /** Whether 0, meaning "off", is allowed below `min`. */
  zeroIsOff?: true;
}

export type TextFormat = 'printable' | 'phaseRotation';

export interface TextType {
  kind: 'text';
  /** Bounds of the length in characters, both allowed. */
  minLength: number;
  maxLength: number;
  /** What the whole text must match, its name for programs, and the same in words. */
  format?: { name: TextFormat; pattern: RegExp; words: string };
}

export interface UrlType {
  kind: 'url';
  /** With the colon, as `URL.protocol` gives them. */
  schemes: readonly string[];
  maxLength: number;
}

/** A comma separated list (CSL) of distinct words out of a fixed set. */
export interface ListType<Word extends string = string> {
  kind: 'list';
  words: readonly Word[];
  minItems: number;
  /** The key that holds the greatest number of items; without one, all words fit. */
  maxItemsKey?: string;
  /** The key that lists which of the words this station has; without one, it has all. */
  wordsKey?: string;
}

export type ValueType = BooleanType | IntegerType | TextType | UrlType | ListType;

/** Where a row comes from. A row with a `guideTable` is one of the guide's own keys. */
export interface KeySource {
  /** Heading of the guide's table, "Configurations possibilities". */
  guideTable?: string;
  /** Section of OCPP 1.6 edition 2. */
  spec?: string;
  /** Number in the errata sheet of April 2025. */
  errata?: string;
  /** Any other reason for the key. */
  note?: string;
}

export interface ConfigurationKey {
  /** Canonical spelling: CiString50, so found without regard to case. */
  key: string;
  /** Other spellings that GetConfiguration and ChangeConfiguration understand; they are not listed. */
  aliases?: readonly string[];
  group: KeyGroup;
  /** The guide's column "OCPP 1.6", or for a key the guide lacks, the specification's word. */
  requirement: 'Required' | 'Optional' | 'N.A';
  write: GuideWrite;
  type: ValueType;
  /** Value until another is given; absent if the key starts with none. */
  default?: string;
  /** The key that must be set before this one can have one of these values. */
  needs?: { key: string; for: readonly string[] };
  /** Nobody is shown the value: neither onlookers nor logs. */
  secret?: true;
  /** What the station does with the value. */
  description: string;
  /** The guide's own remark, verbatim. */
  remark?: string;
  source: KeySource;
}

export const booleanType: BooleanType = { kind: 'boolean' };

export function integerType(min: number, max: number, unit?: string): IntegerType {
  return unit === undefined ? { kind: 'integer', min, max } : { kind: 'integer', min, max, unit };
}

export function listType<const Word extends string>(
  words: readonly Word[],
  bounds: Omit<ListType, 'kind' | 'words'>,
): ListType<Word> {
  return { kind: 'list', words, ...bounds };
}
