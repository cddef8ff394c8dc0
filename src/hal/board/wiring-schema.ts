/** The part of the board format that tells how the parts of a point are wired: lines, addresses and calibration. */
import {
  Literal,
  Number as NumberOf,
  Object as ObjectOf,
  Optional,
  type Static,
  Boolean as TrueOrFalse,
  Union,
} from '@sinclair/typebox';
import { closed, devicePath, text, whole } from './schema-words';

/** What holds for a name of the wiring that the file leaves out. */
export const wiringDefaults = {
  pwmRoot: '/sys/class/pwm',
  gain: 1,
  offset: 0,
  lockPulseMs: 500,
  lockTries: 5,
  residualTripMs: 1_000,
  parity: 'none',
  stopBits: 1,
} as const;

const gpioLineMax = 511;
const analogAddresses = [0x48, 0x49, 0x4a, 0x4b] as const;
const analogInputs = [0, 1, 2, 3] as const;

/** A line of a chip, with its polarity. */
export function line(description: string) {
  return ObjectOf(
    {
      line: whole('a GPIO line', 0, gpioLineMax, 'Offset in the chip; on a Raspberry Pi the BCM (GPIO) number.'),
      chip: Optional(text('Name of a chip in hardware.gpio.chips. Default: the first one there.')),
      activeLow: Optional(TrueOrFalse({ description: 'Whether low is active. Default: false.', default: false })),
    },
    closed('a GPIO line', description),
  );
}

const analogNames = {
  address: Union(
    analogAddresses.map((address) => Literal(address)),
    { title: 'one of the I2C addresses 0x48, 0x49, 0x4a, 0x4b', description: 'I2C address of the ADS1115.' },
  ),
  input: Union(
    analogInputs.map((input) => Literal(input)),
    { title: 'one of the inputs 0, 1, 2, 3', description: 'Input of the ADS1115; 0 is A0.' },
  ),
  gain: Optional(
    NumberOf({
      title: 'a number',
      description: 'Volts at the input × gain + offset is the voltage meant; gain in V per V. Default: 1.',
      minimum: -1000,
      maximum: 1000,
      default: wiringDefaults.gain,
    }),
  ),
  offset: Optional(
    NumberOf({
      title: 'a number of volts',
      description: 'Offset of the same, in V. Default: 0.',
      minimum: -100,
      maximum: 100,
      default: wiringDefaults.offset,
    }),
  ),
};

const dividerNames = {
  ...analogNames,
  pullUp: NumberOf({
    title: 'a number of ohms',
    description: 'Resistor from the supply to the input, in Ω.',
    minimum: 10,
    maximum: 1_000_000,
  }),
  supply: NumberOf({
    title: 'a number of volts',
    description: 'Supply of the pull-up resistor, in V.',
    minimum: 1,
    maximum: 12,
  }),
};

function analog(description: string) {
  return ObjectOf(analogNames, closed('an analogue input', description));
}

const contactor = ObjectOf(
  {
    coil: line('Output that works the coil.'),
    feedback: line('Auxiliary (mirror) contact; active: the main contacts are closed.'),
  },
  closed('a contactor', 'The contactor of the outlet and its auxiliary contact.'),
);

const pilot = ObjectOf(
  {
    pwm: ObjectOf(
      {
        chip: text(
          'header: that of a Raspberry Pi; or a name as pwmchip0, or a part of the path of its device, as fe20c000.pwm.',
        ),
        channel: whole('a channel', 0, 15, 'Channel of the PWM chip.'),
      },
      closed('a PWM channel', 'Generator of the pilot: 1 kHz; full duty is +12 V, none −12 V.'),
    ),
    high: analog('Peak-hold of the upper plateau; gain and offset lead to volts at the pilot terminal.'),
    low: analog('Peak-hold of the lower plateau.'),
  },
  closed('a control pilot', 'Mode 3: the pilot function (IEC 61851-1, Annex A).'),
);

const lock = ObjectOf(
  {
    lock: line('Output that drives the bolt in.'),
    unlock: line('Output that drives the bolt out.'),
    feedback: line('Switch of the bolt; active: locked.'),
    pulse: Optional(
      NumberOf({
        title: 'a number of milliseconds',
        description: 'Length of a motor pulse, in ms. Default: 500.',
        minimum: 50,
        maximum: 1500,
        default: wiringDefaults.lockPulseMs,
      }),
    ),
    tries: Optional(
      whole('a number of tries', 1, 5, 'Pulses until the switch agrees, within one command. Default: 5.'),
    ),
  },
  closed('a plug lock', 'Motor lock on an H-bridge.'),
);

const residual = ObjectOf(
  {
    trip: line('Trip output of the monitor.'),
    test: line('Its test input.'),
    reset: Optional(line('Its reset input, where it latches by itself.')),
    tripTime: Optional(
      whole(
        'a number of milliseconds',
        50,
        1_500,
        'Longest time from the test current to the trip, in ms; the data sheet tells. Default: 1000.',
      ),
    ),
  },
  closed('a residual current monitor', 'Monitor of residual currents with self test (IEC 62955).'),
);

const meter = ObjectOf(
  {
    bus: text('Name of a bus in hardware.serial.'),
    unit: whole('a Modbus unit', 1, 247, 'Modbus address of the meter.'),
    map: text('Register map: the name of a file in board/meters, without .yaml.'),
  },
  closed('an energy meter', 'Energy meter with Modbus RTU.'),
);

const thermometer = ObjectOf(
  {
    ...dividerNames,
    ohmsAt25: NumberOf({
      title: 'a number of ohms',
      description: 'Resistance of the NTC at 25 °C, in Ω.',
      minimum: 100,
      maximum: 1_000_000,
    }),
    beta: NumberOf({
      title: 'a number of kelvins',
      description: 'Beta of the NTC, in K.',
      minimum: 1000,
      maximum: 10_000,
    }),
  },
  closed('a thermometer', 'NTC thermistor under a pull-up resistor.'),
);

const emulator = ObjectOf(
  {
    plug: line(
      'Relay that brings the vehicle end: 2.74 kΩ with diode, and the proximity resistor; Mode 2: the plug contact.',
    ),
    request: Optional(line('Relay in place of S2: 1.3 kΩ more.')),
  },
  closed('a vehicle emulator', 'Relays that play a vehicle on a bench rig, for make hil.'),
);

export const socketWiring = ObjectOf(
  {
    contactor,
    pilot: Optional(pilot),
    proximity: Optional(
      ObjectOf(dividerNames, closed('a proximity contact', 'Mode 3: resistor in the plug (IEC 62196-1).')),
    ),
    lock: Optional(lock),
    plug: Optional(line('Mode 2: contact that is active while a plug is in.')),
    residual: Optional(residual),
    meter: Optional(meter),
    thermometer: Optional(thermometer),
    emulator: Optional(emulator),
  },
  closed('wiring of a socket', 'How the parts of this outlet are wired (drivers: pi).'),
);

export const pointWiring = ObjectOf(
  {
    cardReader: Optional(
      ObjectOf(
        {
          device: devicePath('SPI device of the MFRC522, as /dev/spidev0.0.'),
          reset: Optional(line('Reset input of the reader (RST).')),
        },
        closed('a card reader', 'RFID reader MFRC522.'),
      ),
    ),
    indicator: Optional(
      ObjectOf(
        {
          red: Optional(line('Red light.')),
          green: Optional(line('Green light.')),
          blue: Optional(line('Blue light.')),
        },
        closed('an indicator', 'Light beside the point; what is left out stays dark.'),
      ),
    ),
  },
  closed('wiring of a point', 'How the parts of this point are wired (drivers: pi).'),
);

export type PointWiringText = Static<typeof pointWiring>;
export type SocketWiringText = Static<typeof socketWiring>;
