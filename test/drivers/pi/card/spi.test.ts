/** The SPI bus over a fake of `spi-device`. */
import { openSpi, type SpiPackageMessage, type SpiSystem } from '../../../../src/drivers/pi/card/spi';
import { GreenupError } from '../../../../src/hal/errors';

function kernelError(code: string): Error {
  return Object.assign(new Error(`${code}, some words of the kernel`), { code });
}

interface Fake extends SpiSystem {
  opened: unknown[];
  messages: SpiPackageMessage[][];
  closes: number;
}

function fake(options: { opening?: Error; transferring?: Error; names?: string[] } = {}): Fake {
  const system: Fake = {
    opened: [],
    messages: [],
    closes: 0,
    deviceNames: () => options.names ?? ['spidev1.0', 'null', 'spidev0.1'],
    load: () => ({
      openSync: (...args) => {
        system.opened.push(args);
        if (options.opening !== undefined) throw options.opening;
        return {
          transferSync: (message) => {
            if (options.transferring !== undefined) throw options.transferring;
            system.messages.push(message);
            for (const part of message)
              for (const [i, byte] of part.sendBuffer.entries()) part.receiveBuffer[i] = ~byte;
          },
          closeSync: () => {
            system.closes += 1;
          },
        };
      },
    }),
  };
  return system;
}

function thrown(run: () => unknown): GreenupError {
  try {
    run();
  } catch (error) {
    if (error instanceof GreenupError) return error;
  }
  throw new Error('no GreenupError was thrown');
}

test('opens bus and chip select of the path in mode 0 at 1 MHz, and transfers in one frame', () => {
  const system = fake();
  const bus = openSpi('/dev/spidev2.13', undefined, system);
  expect(system.opened).toEqual([[2, 13, { mode: 0, maxSpeedHz: 1_000_000 }]]);
  expect([...bus.transfer(Uint8Array.of(1, 0xfe))]).toEqual([0xfe, 1]);
  expect(system.messages).toEqual([[expect.objectContaining({ byteLength: 2, speedHz: 1_000_000 })]]);
});

test('another speed is handed through', () => {
  const system = fake();
  openSpi('/dev/spidev0.0', 250_000, system).transfer(Uint8Array.of(1));
  expect(system.opened).toEqual([[0, 0, { mode: 0, maxSpeedHz: 250_000 }]]);
  expect(system.messages[0]?.[0]?.speedHz).toBe(250_000);
});

test.each(['/dev/spidev0', '/dev/i2c-1', 'spidev0.0', '/dev/spidev0.0/x'])('%s is no path of SPI', (path) => {
  const error = thrown(() => openSpi(path, undefined, fake()));
  expect(error.code).toBe('config.invalid');
  expect(error.message).toBe(`${path} is no SPI device: write /dev/spidev<bus>.<chip select>, as /dev/spidev0.0`);
});

test('no such device: names those that are there', () => {
  const error = thrown(() => openSpi('/dev/spidev0.0', undefined, fake({ opening: kernelError('ENOENT') })));
  expect(error.code).toBe('part.missing');
  expect(error.message).toBe(
    '/dev/spidev0.0 cannot be opened: no such device; there is /dev/spidev0.1, /dev/spidev1.0',
  );
});

test.each([
  ['ENOENT', kernelError('ENOENT')],
  ['ENODEV', kernelError('ENODEV')],
  ['ENOENT in the text only', new Error('ENOENT, no such file or directory')],
])('no SPI device at all, %s: says how to switch SPI on', (_code, opening) => {
  const error = thrown(() => openSpi('/dev/spidev0.0', undefined, fake({ opening, names: ['null'] })));
  expect(error.message).toContain('dtparam=spi=on');
});

test('no permission: names the group', () => {
  const error = thrown(() => openSpi('/dev/spidev0.0', undefined, fake({ opening: kernelError('EACCES') })));
  expect(error.message).toContain('group spi');
});

test('any other error is passed on in one line', () => {
  const error = thrown(() => openSpi('/dev/spidev0.0', undefined, fake({ opening: kernelError('EBUSY') })));
  expect(error.message).toBe('/dev/spidev0.0 cannot be opened: EBUSY, some words of the kernel; see dmesg');
});

test('a transfer that fails says where', () => {
  const bus = openSpi('/dev/spidev0.0', undefined, fake({ transferring: kernelError('EIO') }));
  const error = thrown(() => bus.transfer(Uint8Array.of(1)));
  expect(error.code).toBe('part.failed');
  expect(error.message).toBe('/dev/spidev0.0 did not take a transfer: EIO, some words of the kernel');
});

test('closes once, and transfers nothing after', () => {
  const system = fake();
  const bus = openSpi('/dev/spidev0.0', undefined, system);
  bus.close();
  bus.close();
  expect(system.closes).toBe(1);
  expect(thrown(() => bus.transfer(Uint8Array.of(1))).message).toContain('was closed');
});
