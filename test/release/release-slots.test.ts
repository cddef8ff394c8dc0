/** The slots of a rig keep the contract, with the shell script that starts releases. */
import { ReleaseSlots } from '../../src/release/release-slots';
import { firmwareSlotsContract } from '../support/firmware-slots-contract';
import { freshDirectory, makeTree, removeDirectories, rootWith, select } from './support';

afterEach(removeDirectories);

firmwareSlotsContract(async () => {
  const root = await rootWith('one');
  const restart = async () => {
    expect(select(root).code).toBe(0);
    return new ReleaseSlots(root);
  };
  const first = new ReleaseSlots(root);
  await first.beginTrial('one');
  const started = await restart();
  await started.confirm();
  return { slots: started, restart, folderOf: (version) => makeTree(version) };
});

test('a program that was not installed by its package runs outside of any slot', async () => {
  const slots = new ReleaseSlots(freshDirectory());
  expect(slots.running()).toBeUndefined();
  await slots.confirm();
  expect(await slots.versions()).toMatchObject({ good: undefined, next: undefined, installed: [] });
});
