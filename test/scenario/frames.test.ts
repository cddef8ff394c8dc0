/** Frames as onlookers see them in a whole story: all of them, in order, and without a part in what the station does. */
import { VirtualClock } from '../../src/drivers/clock/virtual-clock';
import { FrameLog } from '../../src/ocpp/frames/frame-log';
import { closeTheBooks, Rig, startOfTime } from '../support/rig';

afterEach(closeTheBooks);

test('every frame of a charge is seen, in the order of the wire', async () => {
  const rig = await Rig.start();
  await rig.charge(1);
  const seen = rig.running.frames.recent().filter(({ direction }) => direction === 'sent');
  const onTheWire = rig.central.frames.filter((text) => text.startsWith('< ')).map((text) => JSON.parse(text.slice(2)));
  expect(seen.map(({ id, payload }) => [id, payload])).toEqual(
    onTheWire.map(([type, id, name, payload]) => [id, type === 2 ? payload : name]),
  );
  const answers = rig.running.frames.recent().filter(({ kind }) => kind === 'result');
  expect(answers.every(({ message, delayMs }) => message !== undefined && delayMs === 10)).toBe(true);
});

test('what leaves in another shape is seen as it leaves', async () => {
  const rig = await Rig.start({ wire: 'legrand' });
  const status = rig.running.frames.recent({ message: 'StatusNotification' })[0];
  expect(status?.payload).not.toHaveProperty('timestamp');
});

test('a listener that throws at every frame changes nothing', async () => {
  const clock = new VirtualClock({ systemTimeMs: startOfTime });
  const frames = new FrameLog({
    clock,
    onFrame: () => {
      throw new Error('broken');
    },
  });
  const rig = await Rig.start({ frames });
  await rig.charge(1);
  expect(frames.recent({ message: 'StartTransaction' })).toHaveLength(2);
});
