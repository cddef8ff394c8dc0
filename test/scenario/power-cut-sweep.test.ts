/**
 * The power is cut, or the process killed, at every instant of a charge at which anything is written, flushed or sent; the
 * books balance each time, whatever of the unflushed reached the medium by itself.
 */

import { StoredValues } from '../../src/hal/stored';
import { readEntries } from '../../src/ocpp/transactions/stored-messages';
import { closeTheBooks, Rig } from '../support/rig';

/** What people do, in ms after the boot. */
const script: readonly (readonly [atMs: number, act: (rig: Rig) => void])[] = [
  [100, (rig) => rig.plug(1)],
  [1_500, (rig) => rig.present('04A1B2C3')],
  [24_000, (rig) => rig.present('04A1B2C3')],
  [27_000, (rig) => rig.unplug(1)],
];
const script_end_ms = 29_000;
const power_back_ms = 2_000;

interface Variant {
  name: string;
  /** The central system is unreachable between these times, in ms after the boot. */
  offline?: readonly [from: number, to: number];
  flushMs: number;
}

const variants: Variant[] = [
  { name: 'online, a disk that takes 7 ms', flushMs: 7 },
  { name: 'offline from before the start until after the end', flushMs: 7, offline: [50, 28_000] },
  { name: 'the link is lost in mid-charge', flushMs: 7, offline: [9_000, 26_000] },
];

async function boot({ flushMs }: Variant, seed = 1): Promise<Rig> {
  const rig = await Rig.start({
    seed,
    config: {
      MeterValueSampleInterval: '10',
      StopTxnSampledData: 'Energy.Active.Import.Register',
      serverReconnectionTime: '1',
      AllowOfflineTxForUnknownId: 'true',
    },
  });
  rig.flushMs = flushMs;
  return rig;
}

/** Plays the script from `fromMs` on, up to `untilMs`. */
async function play(rig: Rig, variant: Variant, startMs: number, fromMs: number, untilMs: number): Promise<void> {
  const network: (readonly [number, (rig: Rig) => void])[] = variant.offline
    ? [
        [variant.offline[0], (r) => r.central.down()],
        [variant.offline[1], (r) => r.central.up()],
      ]
    : [];
  const due = [...script, ...network].sort(([a], [b]) => a - b).filter(([at]) => at > fromMs && at <= untilMs);
  for (const [at, act] of due) {
    await rig.advance(startMs + at - rig.clock.now());
    act(rig);
  }
  await rig.advance(startMs + untilMs - rig.clock.now());
}

/**
 * Instants, in ms after the boot, at which a commit begins or ends or a frame arrives at either side, and one in the middle
 * of each time in which something that is written waits for its flush.
 */
async function instants(variant: Variant): Promise<number[]> {
  const rig = await boot(variant);
  const startMs = rig.clock.now();
  const seen = new Set<number>();
  const note = () => seen.add(Math.round(rig.clock.now() - startMs));
  const { store } = rig;
  const commit = store.commit.bind(store);
  store.commit = (batch, durability) => {
    note();
    return commit(batch, durability).then(() => {
      note();
    });
  };
  const frames = rig.central.frames;
  let count = frames.length;
  let unflushedSince: number | undefined;
  await play(rig, variant, startMs, -1, 0);
  for (let at = 1; at <= script_end_ms; at += 1) {
    await play(rig, variant, startMs, at - 1, at);
    if (frames.length > count) seen.add(at);
    count = frames.length;
    const isUnflushed = store.unflushedCommits > 0;
    if (!isUnflushed && unflushedSince !== undefined) seen.add(Math.floor((unflushedSince + at) / 2));
    unflushedSince = isUnflushed ? (unflushedSince ?? at) : undefined;
  }
  await closeTheBooks();
  return [...seen].filter((at) => at > 0 && at < script_end_ms).sort((a, b) => a - b);
}

test.each(variants)('cut at every commit and every frame: $name', async (variant) => {
  const moments = await instants(variant);
  // Start, two samples, stop, and their answers; fewer would mean that the sweep looks at nothing.
  expect(moments.length).toBeGreaterThan(variant.offline ? 12 : 25);
  for (const moment of moments) {
    for (const [cutAt, kept] of [
      [moment - 1, 'none'],
      [moment + 1, 'none'],
      [moment + 1, 'some'],
    ] as const) {
      const rig = await boot(variant, cutAt);
      const startMs = rig.clock.now();
      await play(rig, variant, startMs, -1, cutAt);
      await rig.cutPower(kept);
      try {
        await goOn(rig);
      } catch (error) {
        throw new Error(`power cut ${cutAt} ms after the boot, of the unflushed stays ${kept}`, { cause: error });
      }
    }
  }
});

test('killed at every commit and every frame, it loses no value either', async () => {
  const variant: Variant = { name: 'the link is lost in mid-charge', flushMs: 7, offline: [9_000, 26_000] };
  for (const moment of await instants(variant)) {
    const rig = await boot(variant);
    const startMs = rig.clock.now();
    await play(rig, variant, startMs, -1, moment + 1);
    const { entries } = readEntries(new StoredValues(rig.store.written));
    const waiting = entries.map(({ messageId }) => messageId);
    await rig.kill();
    await goOn(rig);
    expect(rig.central.received.map(({ id }) => id)).toEqual(expect.arrayContaining(waiting));
  }
});

async function goOn(rig: Rig): Promise<void> {
  rig.central.up();
  await rig.advance(power_back_ms);
  await rig.powerOn();
  await rig.advance(3_000);
  await closeTheBooks();
}
