/** A limit that toggles around the 6 A of IEC 61851-1: neither the contactor nor the statuses chatter. */
import { install, profile } from '../support/profiles';
import { closeTheBooks, Rig } from '../support/rig';

afterEach(closeTheBooks);

test('a limit that toggles between 5 and 16 A for some minutes: three starts, then one a minute at most', async () => {
  const rig = await Rig.start();
  await rig.charge(1);
  await rig.advance(10_000);
  rig.forget();
  let closings = 0;
  let closed = true;
  const watch = async (ms: number) => {
    for (let waited = 0; waited < ms; waited += 100) {
      await rig.advance(100);
      const now = rig.truth(1).contactorClosed;
      if (now && !closed) closings += 1;
      closed = now;
    }
  };
  const minutes = 5;
  for (let turn = 0; turn < (minutes * 60) / 8; turn++) {
    await install(rig, 1, profile([[0, 5]]));
    await watch(4_000);
    await install(rig, 1, profile([[0, 16]]));
    await watch(4_000);
  }
  expect(closings).toBeLessThanOrEqual(2 + minutes);
  const statuses = rig.since('StatusNotification').filter(({ payload }) => payload.connectorId === 1);
  // A closing is two changes, to Charging and back, with at most one of SuspendedEV on the way.
  expect(statuses.length).toBeLessThanOrEqual(3 * (2 + minutes));
  await install(rig, 1, profile([[0, 16]]));
  await rig.advance(70_000);
  expect(rig.status(1)).toBe('Charging');
});
