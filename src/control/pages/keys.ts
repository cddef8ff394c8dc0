/** What the page of the configuration keys shows, and how it changes one. */
import { createHash } from 'node:crypto';
import type { RunningStation } from '../../main';
import type { Configuration } from '../../ocpp/config-keys/configuration';
import {
  configurationKeys,
  type GuideWrite,
  type KeyName,
  type KeyRow,
  writeMeanings,
} from '../../ocpp/config-keys/index';
import type { Provenance } from '../../ocpp/config-keys/key-notes';
import type { BooleanType, IntegerType, KeyGroup, TextFormat, UrlType } from '../../ocpp/config-keys/types';
import { changeKeyByPerson } from '../key-change';

/** What values a key can hold at this station, as plain data. */
export type PageKeyType =
  | BooleanType
  | IntegerType
  | UrlType
  | { kind: 'text'; minLength: number; maxLength: number; format?: TextFormat }
  | { kind: 'list'; words: readonly string[]; minItems: number; maxItems: number };

export interface PageKey {
  key: KeyName;
  group: KeyGroup;
  /** The guide's column "OCPP 1.6". */
  requirement: KeyRow['requirement'];
  /** The guide's column "Write". */
  write: GuideWrite;
  mayChange: boolean;
  type: PageKeyType;
  /** null: the key starts with none. */
  default: string | null;
  description: string;
  /** The guide's own. */
  remark: string | null;
  /** null: the key is not set, or holds a secret. */
  value: string | null;
  /** Whether a value is there that nobody is shown. */
  isHidden: boolean;
  from: Provenance['from'];
  /** In ms of Unix time; null where it is not known. */
  changedAt: number | null;
}

export type PageKeyRefusal =
  | 'keyUnknown'
  | 'keyReadOnly'
  | 'keyGiven'
  | 'keyInvalid'
  | 'keyNeedsOther'
  | 'keyNeedsCertificate'
  | 'notStored'
  | 'starting';

export type PageKeyChange = { answer: 'Accepted' | 'RebootRequired' } | { refused: PageKeyRefusal };

export interface PageKeys {
  /** undefined while the station starts or ends. */
  list(): PageKey[] | undefined;
  change(key: string, value: string): Promise<PageKeyChange>;
}

const refusals = {
  unknown: 'keyUnknown',
  readOnly: 'keyReadOnly',
  given: 'keyGiven',
  invalid: 'keyInvalid',
  needsOther: 'keyNeedsOther',
  needsCertificate: 'keyNeedsCertificate',
  notStored: 'notStored',
} as const;

export function pageKeys(present: () => RunningStation | undefined): PageKeys {
  return {
    list: () => {
      const running = present();
      return running && configurationKeys.map((row) => keyOf(running.configuration, row));
    },
    change: async (key, value) => {
      const running = present();
      if (!running) return { refused: 'starting' };
      const change = await changeKeyByPerson(running, key, value);
      return 'refused' in change ? { refused: refusals[change.refused] } : change;
    },
  };
}

/** Another text whenever the list is another one. */
export function revisionOfKeys(configuration: Configuration): string {
  const shown = configurationKeys.map(({ key }) => [configuration.shown(key), configuration.provenance(key)]);
  return createHash('sha256').update(JSON.stringify(shown)).digest('base64url').slice(0, 8);
}

function keyOf(configuration: Configuration, row: KeyRow): PageKey {
  const { key, group, requirement, write, description, remark, secret = false } = row;
  const { from, at } = configuration.provenance(key);
  const shown = configuration.shown(key);
  return {
    key,
    group,
    requirement,
    write,
    mayChange: !writeMeanings[write].readonly && from !== 'station',
    type: plainType(configuration, row),
    default: secret ? null : (row.default ?? null),
    description,
    remark: remark ?? null,
    // An empty list is a value; anything else that is empty is not set (OCPP 1.6, 7.29).
    value: secret || (shown === '' && row.type.kind !== 'list') ? null : shown,
    isHidden: secret && shown !== '',
    from,
    changedAt: at,
  };
}

function plainType(configuration: Configuration, { type }: KeyRow): PageKeyType {
  switch (type.kind) {
    case 'boolean':
    case 'integer':
    case 'url':
      return type;
    case 'text': {
      const { kind, minLength, maxLength, format } = type;
      return { kind, minLength, maxLength, ...(format && { format: format.name }) };
    }
    case 'list': {
      const { words = type.words, itemsMax = words.length } = configuration.limits(type);
      return { kind: 'list', words, minItems: type.minItems, maxItems: Math.min(itemsMax, words.length) };
    }
    default:
      return type satisfies never;
  }
}
