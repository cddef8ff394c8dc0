/** Whether the native packages that a board needs can be loaded here, before anything else is said about the rig. */
import type { Board } from '../../hal/board';
import { messageOf } from '../../hal/errors';
import { packagedLibrary } from './card/card-thread';
import { loadSpi } from './card/spi';
import { openGpio } from './gpio/backends';
import { loadI2c } from './i2c/bus';
import { loadSerialport } from './meter/serial-line';

/** How each package is loaded; tests hand in others. */
export const packageLoads = {
  gpio: openGpio,
  i2c: loadI2c,
  spi: loadSpi,
  cards: packagedLibrary,
  serial: loadSerialport,
};

/**
 * A line for each package that this board needs and that cannot be loaded: such a program can never charge, however the
 * rig is wired.
 */
export function brokenPackages({ hardware, points }: Board, loads: typeof packageLoads = packageLoads): string[] {
  if (!hardware) return [];
  // GPIO first: onoff must be loaded in its own way, and package mfrc522-rpi asks for it, too.
  const tries: (() => unknown)[] = [() => loads.gpio(hardware)];
  if (hardware.i2cBus !== undefined) tries.push(loads.i2c);
  if (points.some(({ wiring }) => wiring?.cardReader)) tries.push(loads.spi, loads.cards);
  if (points.some(({ sockets }) => sockets.some(({ wiring }) => wiring?.meter))) tries.push(loads.serial);
  return tries.flatMap((load) => {
    try {
      load();
      return [];
    } catch (error) {
      return [messageOf(error)];
    }
  });
}
