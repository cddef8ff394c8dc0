/** The part of the board format that tells what a rig as a whole has: chips, buses, the watchdog and lines of its own. */
import { Array as ListOf, Literal, Object as ObjectOf, Optional, type Static, Union } from '@sinclair/typebox';
import { closed, devicePath, text, whole } from './schema-words';
import { line } from './wiring-schema';

const baudRates = [1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200] as const;

const gpio = ObjectOf(
  {
    backend: Optional(Literal('onoff', { description: 'Software that works the lines. Default: onoff.' })),
    chips: ListOf(
      ObjectOf(
        {
          name: text('What lines call this chip.'),
          labels: ListOf(text('Label of the chip, as in /sys/class/gpio/gpiochip*/label.'), {
            title: 'labels',
            description: 'The first label that the kernel knows is taken.',
            minItems: 1,
            maxItems: 10,
          }),
          device: Optional(text('Part of the path of its device, where several chips have the same label.')),
        },
        closed('a GPIO chip', 'A GPIO chip. Numbers differ between kernels (0, 512, 571), labels do not.'),
      ),
      { title: 'GPIO chips', description: 'The first is meant where a line names none.', minItems: 1, maxItems: 16 },
    ),
  },
  closed('GPIO', 'GPIO chips of the rig.'),
);

const serial = ListOf(
  ObjectOf(
    {
      name: text('What meters call this bus.'),
      path: devicePath('As /dev/serial/by-id/… or /dev/ttyAMA0.'),
      baudRate: Union(
        baudRates.map((rate) => Literal(rate)),
        { title: `one of ${baudRates.join(', ')}`, description: 'Baud rate of the bus.' },
      ),
      parity: Optional(Union([Literal('none'), Literal('even'), Literal('odd')], { description: 'Default: none.' })),
      stopBits: Optional(Union([Literal(1), Literal(2)], { description: 'Default: 1.' })),
    },
    closed('a serial bus', 'RS-485 bus of energy meters (Modbus RTU, 8 data bits).'),
  ),
  { title: 'serial buses', description: 'Buses of energy meters.', minItems: 1, maxItems: 8 },
);

export const rigHardware = ObjectOf(
  {
    gpio,
    i2c: Optional(
      ObjectOf(
        { bus: whole('a bus number', 0, 255, '1 is /dev/i2c-1.') },
        closed('I2C', 'I2C bus with the analogue inputs.'),
      ),
    ),
    pwm: Optional(
      ObjectOf(
        { root: text('Where the kernel shows PWM chips. Default: /sys/class/pwm.') },
        closed('PWM', 'PWM of the pilot generators.'),
      ),
    ),
    serial: Optional(serial),
    watchdog: Optional(
      ObjectOf(
        {
          device: devicePath('As /dev/watchdog.'),
          timeout: whole('a number of seconds', 2, 15, 'Time without a sign of life until it acts, in s.'),
        },
        closed('a watchdog', 'Hardware watchdog, fed by the safety loop alone.'),
      ),
    ),
    pulse: Optional(
      line('Output that changes at each turn of the safety loop: a charge pump on it supplies the coils.'),
    ),
    supply: Optional(line('Input, active while the mains supply is there.')),
    resetButton: Optional(
      line(
        'Button that clears faults which wait for a person, held for 2 s; held for 10 s and let go, it brings the station back to delivery.',
      ),
    ),
    network: Optional(text('Network interface by cable whose addresses the station tells, as eth0.')),
    wifi: Optional(text('The same by radio, as wlan0.')),
  },
  closed('hardware of a rig', 'What the rig as a whole has (drivers: pi).'),
);

export type RigHardwareText = Static<typeof rigHardware>;
