/** What the pages see of the frames: cards masked, secrets away, faults named, and only what is new when asked for it. */
import { pageStation } from '../../../src/control/pages/page-station';
import { closeTheBooks, Rig } from '../../support/rig';

afterEach(closeTheBooks);

const pagesOf = (rig: Rig) => pageStation(() => (rig.powered ? rig.running : undefined));

test('cards show their last characters, also where they are wrong, and a mask is no fault', async () => {
  const rig = await Rig.start();
  rig.running.frames.note('sent', JSON.stringify([2, 'a', 'Authorize', { idTag: '04A1B2C3' }]));
  rig.running.frames.note(
    'received',
    JSON.stringify([3, 'a', { idTagInfo: { status: 'ok', parentIdTag: 'FLEET-0001' } }]),
  );
  const frames = pagesOf(rig).frames(0)?.frames.slice(-2);
  expect(frames?.[0]).toMatchObject({ payload: { idTag: '…B2C3' } });
  expect(frames?.[0]).not.toHaveProperty('complaints');
  expect(frames?.[1]).toMatchObject({ payload: { idTagInfo: { parentIdTag: '…0001' } } });
  expect(frames?.[1]?.complaints?.[0]?.kind).toBe('invalid');
  expect(JSON.stringify(frames)).not.toMatch(/04A1B2C3|FLEET/);
});

test('secret values are not there at all', async () => {
  const rig = await Rig.start();
  const change = { key: 'AuthorizationKey', value: 'open sesame 1234' };
  rig.running.frames.note('received', JSON.stringify([2, 'a', 'ChangeConfiguration', change]));
  expect(JSON.stringify(pagesOf(rig).frames(0))).not.toContain('sesame');
});

test('after a number there is only what is new, and the view says when that is', async () => {
  const rig = await Rig.start();
  const pages = pagesOf(rig);
  const first = pages.frames(0);
  expect(first?.frames.length).toBeGreaterThan(0);
  expect(pages.view()?.revisions.frames).toBe(first?.lastNumber);
  expect(pages.frames(first?.lastNumber ?? 0)?.frames).toEqual([]);
  rig.running.frames.note('sent', JSON.stringify([2, 'new', 'Heartbeat', {}]));
  expect(pages.view()?.revisions.frames).toBe((first?.lastNumber ?? 0) + 1);
  expect(pages.frames(first?.lastNumber ?? 0)?.frames).toMatchObject([{ id: 'new', message: 'Heartbeat' }]);
});

test('while the station starts there are none', () => {
  expect(pageStation(() => undefined).frames(0)).toBeUndefined();
});
