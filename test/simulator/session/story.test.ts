/** A session written as a story: the committed one is what the bench writes of this session, and runs with all the others. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { storyOf } from '../../../src/simulator/session/story';
import { type RecordedStation, recordedStation } from './recorded-station';

const committed = join(__dirname, '../../scenario/bench-session.test.ts');

/** Two vehicles, a card that is not welcome, a hot outlet, a call of the central system, and a cable that is pulled. */
async function play(station: RecordedStation): Promise<void> {
  await station.act('plug', { connector: 1, cable: 20, ev: 'model-3-like' }, 4_000);
  station.central.once('Authorize', () => ({ idTagInfo: { status: 'Blocked' } }));
  await station.act('tap', { card: '04BADBAD' }, 5_000);
  await station.act('tap', { card: '04A1B2C3' }, 60_000);
  await station.act('ev', { connector: 1, change: { paused: true } }, 20_000);
  await station.act('ev', { connector: 1, change: { paused: false } }, 20_000);
  await station.act('plug', { connector: 1 }, 1_000).catch(() => undefined);
  await station.act('plug', { connector: 3, ev: { phases: 1, maxCurrentA: 16 } }, 4_000);
  void station.central.callRaw('RemoteStartTransaction', { connectorId: 3, idTag: 'REMOTE' });
  await station.clock.advance(60_000);
  await station.act('fault', { connector: 3, kind: 'overTemperature' }, 10_000);
  await station.act('fault', { connector: 3, kind: 'overTemperature', present: false }, 10_000);
  await station.act('unplug', { connector: 3 }, 10_000);
  await station.act('network', { state: 'down' }, 30_000);
  await station.act('stop', { connector: 1 }, 10_000);
  await station.act('network', { state: 'up' }, 60_000);
  await station.act('unplug', { connector: 1 }, 10_000);
}

test('the committed story is the one of this session', async () => {
  const station = await recordedStation();
  await play(station);
  const story = storyOf(station.recorded());
  // GREENUP_WRITE_STORY=1 writes it anew; then it is looked at, and run.
  if (process.env.GREENUP_WRITE_STORY) writeFileSync(committed, story);
  expect(story).toBe(readFileSync(committed, 'utf8'));
});
