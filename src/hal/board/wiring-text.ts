/** From the words of a board file to the wiring that drivers read: defaults filled in, names made plain. */
import type {
  AnalogWiring,
  DividerWiring,
  LineWiring,
  PointWiring,
  RigHardware,
  SerialBusWiring,
  SocketWiring,
} from '../wiring';
import type { RigHardwareText } from './hardware-schema';
import { type PointWiringText, type SocketWiringText, wiringDefaults } from './wiring-schema';

type LineText = SocketWiringText['contactor']['coil'];
type AnalogText = NonNullable<SocketWiringText['pilot']>['high'];
type DividerText = NonNullable<SocketWiringText['proximity']>;
type Lines = (text: LineText) => LineWiring;

/** A line that names no chip is on the first. */
function linesOf(hardware: RigHardwareText): Lines {
  const first = hardware.gpio.chips[0]?.name ?? '';
  return ({ chip, line, activeLow }) => ({ chip: chip ?? first, line, activeLow: activeLow ?? false });
}

function analogOf({ address, input, gain, offset }: AnalogText): AnalogWiring {
  return {
    address,
    input,
    gain: gain ?? wiringDefaults.gain,
    offset: offset ?? wiringDefaults.offset,
  };
}

function dividerOf(text: DividerText): DividerWiring {
  return { ...analogOf(text), pullUpOhms: text.pullUp, supplyV: text.supply };
}

export function hardwareOf(text: RigHardwareText): RigHardware {
  const line = linesOf(text);
  const { pulse, supply, resetButton, watchdog, network, wifi, i2c, pwm } = text;
  return {
    gpioBackend: text.gpio.backend ?? 'onoff',
    gpioChips: text.gpio.chips.map(({ name, labels, device }) => ({
      name,
      labels,
      ...(device === undefined ? {} : { device }),
    })),
    ...(i2c ? { i2cBus: i2c.bus } : {}),
    pwmRoot: pwm?.root ?? wiringDefaults.pwmRoot,
    serial: (text.serial ?? []).map(
      ({ parity, stopBits, ...bus }): SerialBusWiring => ({
        ...bus,
        parity: parity ?? wiringDefaults.parity,
        stopBits: stopBits ?? wiringDefaults.stopBits,
      }),
    ),
    ...(watchdog ? { watchdog: { device: watchdog.device, timeoutS: watchdog.timeout } } : {}),
    ...(pulse ? { pulse: line(pulse) } : {}),
    ...(supply ? { supply: line(supply) } : {}),
    ...(resetButton ? { resetButton: line(resetButton) } : {}),
    ...(network === undefined ? {} : { network }),
    ...(wifi === undefined ? {} : { wifi }),
  };
}

export function pointWiringOf(text: PointWiringText, hardware: RigHardwareText): PointWiring {
  const line = linesOf(hardware);
  const { cardReader, indicator } = text;
  return {
    ...(cardReader
      ? { cardReader: { device: cardReader.device, ...(cardReader.reset ? { reset: line(cardReader.reset) } : {}) } }
      : {}),
    ...(indicator
      ? {
          indicator: {
            ...(indicator.red ? { red: line(indicator.red) } : {}),
            ...(indicator.green ? { green: line(indicator.green) } : {}),
            ...(indicator.blue ? { blue: line(indicator.blue) } : {}),
          },
        }
      : {}),
  };
}

export function socketWiringOf(text: SocketWiringText, hardware: RigHardwareText): SocketWiring {
  const line = linesOf(hardware);
  const { contactor, pilot, proximity, lock, plug, residual, meter, thermometer, emulator } = text;
  return {
    contactor: { coil: line(contactor.coil), feedback: line(contactor.feedback) },
    ...(pilot ? { pilot: { pwm: pilot.pwm, high: analogOf(pilot.high), low: analogOf(pilot.low) } } : {}),
    ...(proximity ? { proximity: dividerOf(proximity) } : {}),
    ...(lock
      ? {
          lock: {
            lock: line(lock.lock),
            unlock: line(lock.unlock),
            feedback: line(lock.feedback),
            pulseMs: lock.pulse ?? wiringDefaults.lockPulseMs,
            tries: lock.tries ?? wiringDefaults.lockTries,
          },
        }
      : {}),
    ...(plug ? { plug: line(plug) } : {}),
    ...(residual
      ? {
          residual: {
            trip: line(residual.trip),
            test: line(residual.test),
            ...(residual.reset ? { reset: line(residual.reset) } : {}),
            tripMs: residual.tripTime ?? wiringDefaults.residualTripMs,
          },
        }
      : {}),
    ...(meter ? { meter } : {}),
    ...(thermometer
      ? { thermometer: { ...dividerOf(thermometer), ohmsAt25: thermometer.ohmsAt25, beta: thermometer.beta } }
      : {}),
    ...(emulator
      ? { emulator: { plug: line(emulator.plug), ...(emulator.request ? { request: line(emulator.request) } : {}) } }
      : {}),
  };
}
