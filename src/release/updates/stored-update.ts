/** The one update that is known, as it lies in the store: it is read by the new release, and after a roll-back by the old one. */
import type { Static } from '@sinclair/typebox';
import { fileSignatureKinds } from '../../hal/firmware-updates';
import { shape } from '../../hal/shapes';
import { collection } from '../../hal/stored';

/**
 * `scheduled`: verified, and waits for the date of its installation. `ready`: verified, and waits for the end of transactions.
 * `placing`: the release is put into a slot. `starting`: its trial is about to begin, or has begun and the restart is on its way. The
 * last five are ends.
 */
const phases = [
  ...([
    'waiting',
    'downloading',
    'retrying',
    'downloaded',
    'scheduled',
    'ready',
    'placing',
    'starting',
    'trial',
  ] as const),
  ...(['installed', 'downloadFailed', 'installationFailed', 'invalidSignature', 'verificationFailed'] as const),
];
export type UpdatePhase = (typeof phases)[number];

const updateShape = shape.Object({
  /** Of this shape: whoever changes it in a way that another release cannot read raises it. */
  form: shape.Literal(1),
  id: shape.String(),
  by: shape.Union([shape.Literal('centralSystem'), shape.Literal('person')]),
  phase: shape.Union(phases.map((phase) => shape.Literal(phase))),
  source: shape.Union([
    shape.Object({
      from: shape.Literal('url'),
      url: shape.String(),
      /** Until the update has ended. */
      credentials: shape.Optional(shape.Object({ user: shape.String(), password: shape.String() })),
    }),
    shape.Object({ from: shape.Literal('handed') }),
    /** The release lies in a slot already. */
    shape.Object({ from: shape.Literal('slot') }),
  ]),
  notBeforeUnixMs: shape.Optional(shape.Number()),
  installNotBeforeUnixMs: shape.Optional(shape.Number()),
  signed: shape.Optional(
    shape.Object({
      request: shape.Integer(),
      signer: shape.String(),
      signature: shape.String(),
      /** From when it was found right. */
      kind: shape.Optional(shape.Union(fileSignatureKinds.map((kind) => shape.Literal(kind)))),
    }),
  ),
  retriesLeft: shape.Integer(),
  retryIntervalMs: shape.Number(),
  allowsDowngrade: shape.Optional(shape.Literal(true)),
  /** What of the file is on the medium whatever happens, and by what the other side knows the file again. */
  part: shape.Optional(shape.Object({ bytes: shape.Integer(), validator: shape.String() })),
  doneBytes: shape.Integer(),
  totalBytes: shape.Optional(shape.Integer()),
  /** Name of its slot, from when it was verified, and the version of its program where the file has told one. */
  release: shape.Optional(shape.String()),
  version: shape.Optional(shape.String()),
  /** The release that ran when the trial was about to begin. */
  former: shape.Optional(shape.String()),
  reason: shape.Optional(shape.String()),
});

type ReadUpdate = Static<typeof updateShape>;
export type StoredUpdate = Omit<ReadUpdate, 'phase'> & { phase: UpdatePhase };

export const storedUpdate = collection('update', updateShape);

type Changes = { [Name in keyof StoredUpdate]?: StoredUpdate[Name] | undefined };

/** The same update with these changes; what is undefined is left out of it. */
export function but(update: StoredUpdate, changes: Changes): StoredUpdate {
  const all = Object.entries({ ...update, ...changes }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(all) as StoredUpdate;
}
