/** When an event of the network begins and ends for one station. Pure. */
import type { LifeMoment } from './acts';
import { drawsOf } from './draws';
import type { NetworkEvent } from './traffic';

/** `row` is that of the event in the traffic file. */
export function* networkMoments(
  event: NetworkEvent,
  row: number,
  seed: number,
  index: number,
): Generator<LifeMoment, void, undefined> {
  const draw = drawsOf(seed, index, `network ${row}`);
  if (draw() >= event.share) return;
  const group = (index - 1) % event.groups;
  const act = { kind: 'network', event: event.event, row, frameShare: event.frameShare, by: event.by } as const;
  for (let round = 0; ; round++) {
    const beginsAt =
      event.atMs + group * event.apartMs + round * (event.everyMs ?? 0) + Math.round(draw() * event.spreadMs);
    yield { atMs: beginsAt, act: { ...act, begins: true } };
    if (event.event !== 'reconnect') yield { atMs: beginsAt + event.lastsMs, act: { ...act, begins: false } };
    if (event.everyMs === undefined) return;
  }
}
