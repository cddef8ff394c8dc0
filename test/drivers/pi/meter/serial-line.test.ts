/** The serial line tells in one clear line why it cannot be opened, and tells when it is lost. */

import { openSerialLine } from '../../../../src/drivers/pi/meter/serial-line';
import type { GreenupError } from '../../../../src/hal/errors';
import type { SerialBusWiring } from '../../../../src/hal/wiring';

const wiring: SerialBusWiring = { name: 'rs485', path: '/dev/ttyUSB0', baudRate: 9600, parity: 'even', stopBits: 1 };

class FakePort {
  static last: FakePort | undefined;
  static failure: Error | null = null;
  isOpen = false;
  written: Uint8Array[] = [];
  writeError: Error | undefined;
  private readonly listeners = new Map<string, (value: unknown) => void>();

  constructor(readonly options: Record<string, unknown>) {
    FakePort.last = this;
  }

  open(done: (error: Error | null) => void): void {
    this.isOpen = FakePort.failure === null;
    setImmediate(() => done(FakePort.failure));
  }

  write(bytes: Uint8Array): void {
    if (this.writeError !== undefined) throw this.writeError;
    this.written.push(bytes);
  }

  close(done: () => void): void {
    this.isOpen = false;
    setImmediate(done);
  }

  on(event: string, listener: (value: unknown) => void): void {
    this.listeners.set(event, listener);
  }

  emit(event: string, value: unknown): void {
    this.listeners.get(event)?.(value);
  }
}

const options = (devices: string[] = []) => ({ load: () => ({ SerialPort: FakePort }), devices: () => devices });

async function opened() {
  FakePort.failure = null;
  const line = await openSerialLine(wiring, options());
  const port = FakePort.last as FakePort;
  const reasons: string[] = [];
  const received: Uint8Array[] = [];
  line.onClosed((reason) => reasons.push(reason));
  const cancel = line.onData((bytes) => received.push(bytes));
  return { line, port, reasons, received, cancel };
}

test('it opens the path of the board file with its settings and a lock', async () => {
  const { port } = await opened();
  expect(port.options).toEqual({
    path: '/dev/ttyUSB0',
    baudRate: 9600,
    parity: 'even',
    stopBits: 1,
    dataBits: 8,
    lock: true,
    autoOpen: false,
  });
});

test.each([
  [
    'Error: No such file or directory, cannot open /dev/ttyUSB0',
    'part.missing',
    'no such serial device: /dev/ttyUSB0; there are /dev/serial/by-id/usb-FTDI, /dev/ttyAMA0',
  ],
  ['Error: Permission denied, cannot open /dev/ttyUSB0', 'part.failed', /no permission to open .* group dialout/],
  ['Error Resource temporarily unavailable Cannot lock port', 'part.failed', /in use by another program/],
  ['Error: Device or resource busy, cannot open /dev/ttyUSB0', 'part.failed', /in use by another program/],
  ['Error: Inappropriate ioctl for device setting custom baud rate of 9600', 'part.failed', /not a serial device/],
  ['Error: something else', 'part.failed', /\/dev\/ttyUSB0 cannot be opened: Error: something else/],
])('%s', async (words, code, message) => {
  FakePort.failure = new Error(words);
  const attempt = openSerialLine(wiring, options(['/dev/serial/by-id/usb-FTDI', '/dev/ttyAMA0']));
  await expect(attempt).rejects.toMatchObject({
    code,
    message: typeof message === 'string' ? message : expect.stringMatching(message),
  });
});

test('with no adapter at all the message says so', async () => {
  FakePort.failure = new Error('Error: No such file or directory, cannot open /dev/ttyUSB0');
  await expect(openSerialLine(wiring, options())).rejects.toThrow(/no serial adapter is there; is it plugged in/);
});

test('without the package the message says how to get it', async () => {
  const load = () => {
    throw new Error("Cannot find module 'serialport'");
  };
  await expect(openSerialLine(wiring, { load })).rejects.toMatchObject({
    code: 'package.missing',
    message: expect.stringContaining('npm install serialport'),
  });
});

test('bytes go both ways until the listener is withdrawn', async () => {
  const { line, port, received, cancel } = await opened();
  line.write(Uint8Array.of(1, 2));
  port.emit('data', Uint8Array.of(3));
  cancel();
  port.emit('data', Uint8Array.of(4));
  expect(port.written).toEqual([Uint8Array.of(1, 2)]);
  expect(received).toEqual([Uint8Array.of(3)]);
});

test('an unplugged adapter is told once, with the reason', async () => {
  const { line, port, reasons } = await opened();
  port.isOpen = false;
  port.emit('close', new Error('bad file descriptor'));
  port.emit('error', new Error('again'));
  expect(reasons).toEqual(['bad file descriptor']);
  expect(() => line.write(Uint8Array.of(1))).not.toThrow();
});

test('an error of the port closes it', async () => {
  const { port, reasons } = await opened();
  port.emit('error', new Error('Input/output error'));
  expect(reasons).toEqual(['Input/output error']);
  expect(port.isOpen).toBe(false);
});

test('a write that throws is told later, never from inside the call', async () => {
  const { line, port, reasons } = await opened();
  port.writeError = new Error('write after end');
  line.write(Uint8Array.of(1));
  expect(reasons).toEqual([]);
  await Promise.resolve();
  expect(reasons).toEqual(['write after end']);
});

test('closing it ourselves is not told', async () => {
  const { line, port, reasons, received } = await opened();
  line.close();
  port.emit('close', null);
  port.emit('data', Uint8Array.of(1));
  expect(port.isOpen).toBe(false);
  expect(reasons).toEqual([]);
  expect(received).toEqual([]);
});

test('the real package refuses a device that is not there in the same words; where it is not installed, the error says so', async () => {
  const refusals = {
    'part.missing': /no such serial device: \/dev\/greenup-no-such-device/,
    'package.missing': /npm install serialport/,
  };
  const attempt = openSerialLine({ ...wiring, path: '/dev/greenup-no-such-device' });
  const error = await attempt.then(
    () => undefined,
    (reason: GreenupError) => reason,
  );
  expect(Object.keys(refusals)).toContain(error?.code);
  expect(error?.message).toMatch(refusals[error?.code as keyof typeof refusals]);
});
