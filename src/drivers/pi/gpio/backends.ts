/** The ways to work GPIO lines, by the name that a board file calls them. */
import type { RigHardware } from '../../../hal/wiring';
import type { GpioBackend } from './lines';
import { onoffBackend } from './onoff-backend';

const backends: Readonly<Record<RigHardware['gpioBackend'], (hardware: RigHardware) => GpioBackend>> = {
  onoff: (hardware) => onoffBackend(hardware),
};

/** Opens no line yet. Throws `part.missing` when the package behind the backend cannot be loaded. */
export function openGpio(hardware: RigHardware): GpioBackend {
  return backends[hardware.gpioBackend](hardware);
}
