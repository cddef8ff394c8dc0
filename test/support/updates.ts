/** A station whose updates a test brings forward, and what its central system has heard of them. */
import { ScriptedUpdates } from '../../src/drivers/mock/firmware-updates';
import { Rig, type RigOptions } from './rig';

/** The location of a release, and what the station is to make of it. */
export const update = {
  location: 'ftp://station:p%40ss@files.test:2121/greenup-2.0.0.zip',
  retrieveDate: '2026-05-04T08:00:00Z',
};

export async function startUpdatable(options: RigOptions = {}): Promise<{ rig: Rig; updates: ScriptedUpdates }> {
  const updates = new ScriptedUpdates();
  const rig = await Rig.start({ ...options, updates: () => updates });
  for (const message of statusMessages) rig.central.answer(message, () => ({}));
  return { rig, updates };
}

export type StatusMessage = 'FirmwareStatusNotification' | 'SignedFirmwareStatusNotification';
export const statusMessages: readonly StatusMessage[] = [
  'FirmwareStatusNotification',
  'SignedFirmwareStatusNotification',
];

/** The statuses that came, in order, repetitions apart. */
export function firmwareStatuses(rig: Rig, message: StatusMessage = 'FirmwareStatusNotification'): unknown[] {
  const calls = rig.central.calls(message).filter(({ repeated }) => !repeated);
  return calls.map(({ payload }) => payload.status);
}

/** As an update restarts the station: in order, and without a transaction. */
export async function restartForUpdate(rig: Rig): Promise<void> {
  rig.running.station.post({ kind: 'reset', hard: false });
  await rig.restart();
}
