/** A serial line as the Modbus master sees it, and the one over the serialport package with its errors in plain words. */
import { readdirSync } from 'node:fs';
import type { Cancel } from '../../../hal/clock';
import { GreenupError, messageOf } from '../../../hal/errors';
import type { SerialBusWiring } from '../../../hal/wiring';
import { nativePackage } from '../packages';

export interface SerialLine {
  /** Never throws: a line that cannot write any more tells so through `onClosed`. */
  write(bytes: Uint8Array): void;
  onData(listener: (bytes: Uint8Array) => void): Cancel;
  /** Called once when the line was lost, not when `close` was called. Never called from inside a call of ours. */
  onClosed(listener: (reason: string) => void): Cancel;
  close(): void;
}

/** The part of the serialport package that is used here. */
interface SerialPackage {
  SerialPort: new (options: {
    path: string;
    baudRate: number;
    dataBits: 8;
    parity: 'none' | 'even' | 'odd';
    stopBits: 1 | 2;
    /** Refuses a port that another program has locked. */
    lock: boolean;
    autoOpen: boolean;
  }) => SerialPort;
}

interface SerialPort {
  readonly isOpen: boolean;
  open(done: (error: Error | null | undefined) => void): void;
  write(bytes: Uint8Array): unknown;
  close(done: (error: Error | null | undefined) => void): void;
  on(event: 'data', listener: (bytes: Uint8Array) => void): unknown;
  on(event: 'close' | 'error', listener: (error: Error | null | undefined) => void): unknown;
}

/** For tests: another package, another list of devices. */
export interface SerialLineOptions {
  load?: () => unknown;
  devices?: () => string[];
}

interface OpenFailure {
  sign: RegExp;
  code: 'part.failed' | 'part.missing';
  say: (path: string, devices: () => string[]) => string;
}

/** The binding gives the kernel's words in the message and no error code. */
const openFailures: readonly OpenFailure[] = [
  {
    sign: /no such (file|device)/i,
    code: 'part.missing',
    say: (path, devices) => `no such serial device: ${path}; ${present(devices())}`,
  },
  {
    sign: /permission denied|not permitted/i,
    code: 'part.failed',
    say: (path) => `no permission to open ${path}; add the user to group dialout: sudo usermod -aG dialout $USER`,
  },
  {
    sign: /cannot lock|temporarily unavailable|resource busy/i,
    code: 'part.failed',
    say: (path) =>
      `${path} is in use by another program (a second station, a serial console or a modem manager); stop it`,
  },
  {
    sign: /inappropriate ioctl/i,
    code: 'part.failed',
    say: (path) => `${path} is not a serial device, or it refuses this baud rate`,
  },
];

/**
 * Opens the device of a bus. Rejects with one clear line that names the path: `package.missing` without package,
 * `part.missing` without device, `part.failed` without permission or when another program has it.
 */
export async function openSerialLine(
  wiring: SerialBusWiring,
  { load = () => require('serialport'), devices = serialDevices }: SerialLineOptions = {},
): Promise<SerialLine> {
  const { SerialPort } = nativePackage<SerialPackage>('serialport', load);
  const { path, baudRate, parity, stopBits } = wiring;
  try {
    // Data bits are 8 in every RTU frame.
    const port = new SerialPort({ path, baudRate, parity, stopBits, dataBits: 8, lock: true, autoOpen: false });
    await new Promise<void>((resolve, reject) => port.open((error) => (error ? reject(error) : resolve())));
    return new PortLine(port);
  } catch (error) {
    const words = messageOf(error);
    const known = openFailures.find(({ sign }) => sign.test(words));
    const said = known?.say(path, devices) ?? `${path} cannot be opened: ${words}`;
    throw new GreenupError(known?.code ?? 'part.failed', said, { cause: error });
  }
}

class PortLine implements SerialLine {
  private readonly dataListeners = new Set<(bytes: Uint8Array) => void>();
  private readonly closedListeners = new Set<(reason: string) => void>();
  private ended = false;

  constructor(private readonly port: SerialPort) {
    port.on('data', (bytes) => {
      for (const listener of [...this.dataListeners]) listener(bytes);
    });
    port.on('close', (error) => this.lost(error ? messageOf(error) : 'closed'));
    // Without a listener an error event would end the program.
    port.on('error', (error) => this.lost(messageOf(error)));
  }

  write(bytes: Uint8Array): void {
    if (this.ended) return;
    try {
      this.port.write(bytes);
    } catch (error) {
      queueMicrotask(() => this.lost(messageOf(error)));
    }
  }

  onData(listener: (bytes: Uint8Array) => void): Cancel {
    this.dataListeners.add(listener);
    return () => {
      this.dataListeners.delete(listener);
    };
  }

  onClosed(listener: (reason: string) => void): Cancel {
    this.closedListeners.add(listener);
    return () => {
      this.closedListeners.delete(listener);
    };
  }

  close(): void {
    this.ended = true;
    this.dataListeners.clear();
    this.closedListeners.clear();
    this.release();
  }

  private lost(reason: string): void {
    if (this.ended) return;
    const listeners = [...this.closedListeners];
    this.close();
    for (const listener of listeners) listener(reason);
  }

  private release(): void {
    // An error here is of a port that is gone already.
    if (this.port.isOpen) this.port.close(() => {});
  }
}

/** Serial devices that the kernel has; the lasting names first. */
function serialDevices(): string[] {
  const lasting = entries('/dev/serial/by-id');
  const plain = entries('/dev').filter((path) => /^\/dev\/(tty(USB|ACM|AMA)\d+|serial\d+)$/.test(path));
  return [...lasting, ...plain];
}

function entries(directory: string): string[] {
  try {
    return readdirSync(directory)
      .sort()
      .map((name) => `${directory}/${name}`);
  } catch {
    // No adapter is plugged in: the kernel then has no such directory.
    return [];
  }
}

function present(devices: string[]): string {
  return devices.length === 0
    ? 'no serial adapter is there; is it plugged in, and is the serial port switched on?'
    : `there are ${devices.join(', ')}`;
}
