/** What the conformance cases share: reading keys, waiting for energy, and how an outlet without energy looks. */
import { plainBoard } from '../../src/hal/board/plain-board';
import type { Received } from '../../src/testing/central';
import { Rig, type RigOptions } from '../support/rig';

export const card = '04A1B2C3';
export const otherCard = 'BBBB0002';

/** No energy: what `rig.truth(n)` then says. */
export const dead = { contactorClosed: false, powerW: 0 };

export const fixedCable = { board: plainBoard({ connectors: 1, fixedCable: [true] }) };
export const oneConnector = { board: plainBoard({ connectors: 1 }) };

/** The value of a key as the central system reads it. */
export async function keyValue(rig: Rig, key: string): Promise<string | undefined> {
  const { configurationKey } = await rig.call('GetConfiguration', { key: [key] });
  return (configurationKey as { value?: string }[])[0]?.value;
}

/** Waits until the vehicle really draws. */
export async function expectEnergy(rig: Rig, connectorId: number): Promise<void> {
  await rig.until(`energy at ${connectorId}`, () => rig.truth(connectorId).powerW > 1_000);
  const { contactorClosed, locked, mode } = rig.truth(connectorId);
  const lockable = mode === 'mode3' && rig.running.station.config.connectors[connectorId - 1]?.socket.lock;
  if (!contactorClosed || (lockable && !locked)) throw new Error(`connector ${connectorId} gives energy unlocked`);
}

/** Lets time pass and expects that the vehicle gets nothing in it. */
export async function expectNoEnergy(rig: Rig, connectorId: number, ms: number): Promise<void> {
  const before = rig.truth(connectorId).energyWh;
  await rig.advance(ms);
  const { contactorClosed, energyWh } = rig.truth(connectorId);
  if (contactorClosed || energyWh !== before) throw new Error(`connector ${connectorId} gave ${energyWh - before} Wh`);
}

/** A vehicle comes and waits for its driver. */
export async function plugIn(rig: Rig, connectorId = 1): Promise<void> {
  rig.plug(connectorId);
  await rig.expectStatus(connectorId, 'Preparing');
}

/** The user stops with the card, unplugs, and the connector is free. */
export async function leave(rig: Rig, connectorId = 1): Promise<void> {
  await rig.until('the plug is free', () => !rig.truth(connectorId).locked);
  rig.unplug(connectorId);
  await rig.until('Available', () => rig.status(connectorId) === 'Available');
  await rig.advance(1_000);
}

/** A rig whose station has power but whose first BootNotification is answered with another status than Accepted. */
export async function startUnaccepted(
  status: 'Pending' | 'Rejected',
  interval: number,
  options: RigOptions = {},
): Promise<{ rig: Rig; boot: Received }> {
  const rig = Rig.prepare(options);
  rig.central.once('BootNotification', () => ({ status, currentTime: rig.central.time(), interval }));
  await rig.powerOn();
  const boot = await rig.expectCall('BootNotification');
  return { rig, boot };
}

/** Seconds between two messages. */
export function secondsBetween(earlier: Received, later: Received): number {
  return (later.at - earlier.at) / 1_000;
}
