/** Slots of a simulated station keep the contract of a rig's, in a state directory that outlives the program. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileWorldMemory } from '../../src/drivers/sim/memory';
import { SimulatedSlots } from '../../src/simulator/simulated-slots';
import { firmwareSlotsContract } from '../support/firmware-slots-contract';

const listener = { clock: { now: () => 0 }, warn: () => {} };

let state: string;
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'greenup-slots-'));
});
afterEach(() => rmSync(state, { recursive: true }));

function startedWith(program: string): SimulatedSlots {
  const slots = new SimulatedSlots(fileWorldMemory(join(state, 'slots.json'), listener), program);
  slots.start();
  return slots;
}

firmwareSlotsContract(async () => ({
  slots: startedWith('one'),
  restart: async () => startedWith('one'),
  folderOf: (version) => {
    const folder = join(state, `tree-${version}`);
    mkdirSync(folder, { recursive: true });
    return folder;
  },
}));

test('a program of another version is a good release by itself, whatever was tried before', async () => {
  const slots = startedWith('one');
  await slots.install(state, 'two');
  await slots.beginTrial('two');
  const upgraded = startedWith('three');
  expect(upgraded.running()).toEqual({ version: 'three' });
  expect(await upgraded.versions()).toMatchObject({ good: 'three', trial: undefined, installed: ['three'] });
});
