/** How the parts of a rig are wired: pins, addresses and calibration, as a board file gives them. Only drivers read it. */

/** One GPIO line, named by a chip of `RigHardware.gpioChips` and its offset there (on a Raspberry Pi the BCM number). */
export interface LineWiring {
  chip: string;
  line: number;
  /** True: low is active. */
  activeLow: boolean;
}

/** A GPIO chip, found by the first label that the kernel knows: numbers differ between kernels, labels do not. */
export interface GpioChipWiring {
  name: string;
  labels: readonly string[];
  /** Part of the path of its device, where several chips bear the same label. */
  device?: string;
}

/** One input of an ADS1115. The value is volts at the input × gain + offset. */
export interface AnalogWiring {
  /** I2C address, 0x48 to 0x4B. */
  address: number;
  input: 0 | 1 | 2 | 3;
  gain: number;
  offset: number;
}

/** A resistance measured as the lower half of a divider. Ohms and volts. */
export interface DividerWiring extends AnalogWiring {
  pullUpOhms: number;
  supplyV: number;
}

export interface ContactorWiring {
  coil: LineWiring;
  /** Auxiliary (mirror) contact; active means that the main contacts are closed. */
  feedback: LineWiring;
}

export interface PilotWiring {
  /** `chip`: `header` of a Raspberry Pi, `pwmchip0`, or part of the path of its device. Full duty is +12 V, none −12 V. */
  pwm: { chip: string; channel: number };
  /** Peak-hold circuits; gain and offset lead to volts at the pilot terminal. */
  high: AnalogWiring;
  low: AnalogWiring;
}

/** Motor lock on an H-bridge. Feedback active means locked. */
export interface LockWiring {
  lock: LineWiring;
  unlock: LineWiring;
  feedback: LineWiring;
  /** Length of a motor pulse, in ms. */
  pulseMs: number;
  /** Pulses within one command until the feedback agrees. */
  tries: number;
}

/** Residual current monitor: trip output, test input, and a reset input if it latches by itself. */
export interface ResidualWiring {
  trip: LineWiring;
  test: LineWiring;
  reset?: LineWiring;
  /** Longest time from the test current to the trip, in ms. */
  tripMs: number;
}

export interface MeterWiring {
  /** Name of a serial bus. */
  bus: string;
  /** Modbus unit, 1 to 247. */
  unit: number;
  /** Register map: `<map>.yaml` in board/meters. */
  map: string;
}

/** NTC thermistor under a pull-up resistor. */
export interface ThermometerWiring extends DividerWiring {
  ohmsAt25: number;
  /** Beta of the NTC, in K. */
  beta: number;
}

/** Relays that play a vehicle on a bench rig; each active line adds its resistor. */
export interface EmulatorWiring {
  /** Vehicle and cable are there: 2.74 kΩ with diode on the pilot, and the proximity resistor; Mode 2: the plug contact. */
  plug: LineWiring;
  /** S2: the vehicle asks for energy (1.3 kΩ). */
  request?: LineWiring;
}

export interface SocketWiring {
  contactor: ContactorWiring;
  pilot?: PilotWiring;
  proximity?: DividerWiring;
  lock?: LockWiring;
  plug?: LineWiring;
  residual?: ResidualWiring;
  meter?: MeterWiring;
  thermometer?: ThermometerWiring;
  emulator?: EmulatorWiring;
}

export interface CardReaderWiring {
  /** As `/dev/spidev0.0`. */
  device: string;
  reset?: LineWiring;
}

export interface IndicatorWiring {
  red?: LineWiring;
  green?: LineWiring;
  blue?: LineWiring;
}

export interface PointWiring {
  cardReader?: CardReaderWiring;
  indicator?: IndicatorWiring;
}

export interface SerialBusWiring {
  name: string;
  /** As `/dev/serial/by-id/…` or `/dev/ttyAMA0`. */
  path: string;
  baudRate: number;
  parity: 'none' | 'even' | 'odd';
  stopBits: 1 | 2;
}

/** What the station as a whole has. */
export interface RigHardware {
  /** Which software works the lines; see src/drivers/pi/gpio. */
  gpioBackend: 'onoff';
  /** The first is meant where a line names none. */
  gpioChips: readonly GpioChipWiring[];
  /** Number of the I2C bus: 1 is /dev/i2c-1. */
  i2cBus?: number;
  /** Where the kernel shows PWM chips; /sys/class/pwm. */
  pwmRoot: string;
  serial: readonly SerialBusWiring[];
  /** Hardware watchdog and its time, in s. */
  watchdog?: { device: string; timeoutS: number };
  /** Toggled at each turn of the safety loop; a charge pump on it supplies the coils. */
  pulse?: LineWiring;
  /** Active while the mains supply is there. */
  supply?: LineWiring;
  /** Clears faults that wait for a person. */
  resetButton?: LineWiring;
  /** Network interfaces whose addresses the station tells: by cable, as `eth0`, and by radio, as `wlan0`. */
  network?: string;
  wifi?: string;
}
