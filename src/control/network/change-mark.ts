/** What is kept of a change of the network while it is open, so that it can be taken back after whatever ends the program. */
import type { Static } from '@sinclair/typebox';
import { Check } from '@sinclair/typebox/value';
import type { WiredSettings } from '../../hal/ports';
import { shape } from '../../hal/shapes';
import type { JsonValue } from '../../hal/store';

const texts = shape.Array(shape.String());
const settings = shape.Object({
  by: shape.Union([shape.Literal('given'), shape.Literal('fixed')]),
  addresses: texts,
  router: shape.Union([shape.String(), shape.Null()]),
  nameServers: texts,
  ownServersOnly: shape.Boolean(),
});
const marked = shape.Object({
  id: shape.String(),
  interfaceName: shape.String(),
  isLasting: shape.Boolean(),
  before: settings,
  after: settings,
});

/** Of which profile, and whether that outlives a restart of the machine. */
export interface MarkedChange {
  id: string;
  interfaceName: string;
  isLasting: boolean;
  before: WiredSettings;
  after: WiredSettings;
}

/** Each resolves when it is durable, and rejects when the medium fails. */
export interface ChangeMark {
  /** undefined: no change is open. */
  read(): Promise<JsonValue | undefined>;
  write(change: MarkedChange): Promise<void>;
  clear(): Promise<void>;
}

/** undefined: no release has written this. */
export function markedChange(value: JsonValue): MarkedChange | undefined {
  return Check(marked, value) ? (value satisfies Static<typeof marked> as MarkedChange) : undefined;
}
