/** The ways to work GPIO lines, by the name that a board file calls them. */
import type { RigHardware } from '../../../hal/wiring';
import type { GpioBackend } from './lines';
import { SysfsBackend } from './sysfs-backend';

const backends: Readonly<Record<RigHardware['gpioBackend'], (hardware: RigHardware) => GpioBackend>> = {
  onoff: (hardware) => new SysfsBackend(hardware),
};

export function gpioBackendOf(hardware: RigHardware): GpioBackend {
  return backends[hardware.gpioBackend](hardware);
}
