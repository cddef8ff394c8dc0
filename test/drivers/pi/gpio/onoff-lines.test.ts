/** Lines over onoff take their safe level in one step, also where a crashed process left them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type OnoffConstructor, onoffLines, withoutEpoll } from '../../../../src/drivers/pi/gpio/onoff-lines';
import type { LineWiring } from '../../../../src/hal/wiring';
import { FakeSysfs, systemError } from './fake-sysfs';

let sysfs: FakeSysfs;
let calls: string[];
/** Pins by number; levels are physical. */
let levels: Map<number, number>;
/** How many writes a pin will ignore, by number. */
let deaf: Map<number, number>;
/** Codes of errors still to be thrown, by method. */
let failures: Map<string, string[]>;

function did(method: string, call: string): void {
  const code = failures.get(method)?.shift();
  if (code !== undefined) throw systemError(code);
  calls.push(call);
}

class FakeOnoff {
  constructor(
    private readonly number: number,
    direction: string,
    options: { activeLow: boolean },
  ) {
    did('constructor', `new ${number} ${direction} activeLow=${options.activeLow}`);
  }

  readSync(): number {
    did('readSync', `read ${this.number}`);
    return levels.get(this.number) ?? 0;
  }

  writeSync(level: number): void {
    did('writeSync', `write ${this.number} ${level}`);
    const ignored = deaf.get(this.number) ?? 0;
    if (ignored > 0) deaf.set(this.number, ignored - 1);
    else levels.set(this.number, level);
  }

  setDirection(direction: string): void {
    did('setDirection', `direction ${this.number} ${direction}`);
  }

  setActiveLow(invert: boolean): void {
    did('setActiveLow', `activeLow ${this.number} ${invert}`);
  }

  unexport(): void {
    did('unexport', `unexport ${this.number}`);
  }
}
const Gpio: OnoffConstructor = FakeOnoff;

const gpioChips = [{ name: 'header', labels: ['pinctrl-bcm2711'] }];
const high: LineWiring = { chip: 'header', line: 17, activeLow: false };
const low: LineWiring = { chip: 'header', line: 18, activeLow: true };

beforeEach(() => {
  sysfs = new FakeSysfs();
  sysfs.addChip({ base: 512, label: 'pinctrl-bcm2711' });
  calls = [];
  levels = new Map();
  deaf = new Map();
  failures = new Map();
});
afterEach(() => sysfs.remove());

const backend = () => onoffLines({ gpioChips }, sysfs.gpioRoot, Gpio);

describe('GPIO over onoff', () => {
  test('an output gets its inactive level together with its direction, and the kernel does not invert', () => {
    backend().output(high);
    backend().output(low);
    expect(calls).toEqual([
      'new 529 low activeLow=false',
      'activeLow 529 false',
      'direction 529 low',
      'new 530 high activeLow=false',
      'activeLow 530 false',
      'direction 530 high',
    ]);
  });

  test('active is the level that the wiring says', () => {
    const outputs = [backend().output(high), backend().output(low)];
    calls.length = 0;
    for (const output of outputs) output.write(true);
    for (const output of outputs) output.write(false);
    expect(calls).toEqual(['write 529 1', 'write 530 0', 'write 529 0', 'write 530 1']);
    const [plain, inverted] = [backend().input(high), backend().input(low)];
    levels.clear();
    expect([plain.read(), inverted.read()]).toEqual([false, true]);
    levels.set(529, 1).set(530, 1);
    expect([plain.read(), inverted.read()]).toEqual([true, false]);
    expect(calls).toContain('new 529 in activeLow=false');
  });

  test('release makes an output inactive before it lets go, once; then it refuses use', () => {
    const output = backend().output(low);
    calls.length = 0;
    output.release();
    output.release();
    expect(calls).toEqual(['write 530 1', 'unexport 530']);
    expect(() => output.write(true)).toThrow(/line 18 of GPIO chip header was let go/);
  });

  test('a line is let go even if it cannot be made inactive', () => {
    const output = backend().output(high);
    failures.set('writeSync', ['EIO']);
    expect(() => output.release()).toThrow(/refused/);
    expect(calls.at(-1)).toBe('unexport 529');
  });

  test.each([
    ['constructor', 'EBUSY', /line 17 of GPIO chip header: in use by .*\(EBUSY\)/],
    ['constructor', 'EINVAL', /line 17 of GPIO chip header: the kernel knows no such line/],
    ['setDirection', 'EPERM', /line 17 of GPIO chip header: not permitted/],
  ])('an error of %s with %s is one clear line', (method, code, message) => {
    failures.set(method, [code]);
    expect(() => backend().output(high)).toThrow(message);
  });

  test('a line that could not be set up is given back to the kernel, and may be tried again', () => {
    const gpio = backend();
    failures.set('setDirection', ['EIO']);
    expect(() => gpio.output(high)).toThrow(/\(EIO\)/);
    expect(calls.at(-1)).toBe('unexport 529');
    gpio.output(high).write(true);
    expect(calls.at(-1)).toBe('write 529 1');
  });

  test('permission that comes late is waited for; one that never comes is a clear line', () => {
    failures.set('constructor', ['EACCES', 'EACCES']);
    failures.set('setDirection', ['EACCES']);
    backend().output(high);
    expect(calls.at(-1)).toBe('direction 529 low');
    failures.set('constructor', Array(20).fill('EACCES'));
    expect(() => backend().output(high)).toThrow(/no permission: .*group gpio/);
  });

  test('one line with two uses is refused until the first lets go', () => {
    const gpio = backend();
    const first = gpio.output(high);
    expect(() => gpio.input(high)).toThrow(/line 17 of GPIO chip header has two uses/);
    first.release();
    expect(() => gpio.input(high)).not.toThrow();
  });

  test('errors while in use name the line', () => {
    const input = backend().input(high);
    failures.set('readSync', ['ENODEV']);
    expect(() => input.read()).toThrow(/line 17 of GPIO chip header: its chip has gone/);
  });

  test('a line that onoff exported before it failed is given back', () => {
    failures.set('constructor', ['EIO']);
    expect(() => backend().output(high)).toThrow(/\(EIO\)/);
    expect(readFileSync(join(sysfs.gpioRoot, 'unexport'), 'utf8')).toBe('529');
  });

  test('an unknown chip is told before anything is exported', () => {
    expect(() => backend().output({ ...high, chip: 'extra' })).toThrow(/extra is not among/);
    expect(calls).toEqual([]);
  });
});

describe('lines of an expander on I2C', () => {
  const onExpander: LineWiring = { chip: 'slow', line: 8, activeLow: false };
  const chipsWithExpander = [...gpioChips, { name: 'slow', labels: ['mcp23017'] }];
  const gpio = () => onoffLines({ gpioChips: chipsWithExpander }, sysfs.gpioRoot, Gpio);

  beforeEach(() => {
    sysfs.addChip({
      base: 600,
      label: 'mcp23017',
      lines: 16,
      device: 'platform/soc/fe804000.i2c/i2c-1/1-0020',
    });
  });

  test('name their bus, and those of the processor none', () => {
    expect([gpio().output(onExpander).bus, gpio().input(onExpander).bus]).toEqual(['i2c-1', 'i2c-1']);
    expect([gpio().output(high).bus, gpio().input(high).bus]).toEqual([undefined, undefined]);
  });

  test('are read back after each write; one that was lost on the bus is made again by way of the other level', () => {
    const output = gpio().output(onExpander);
    calls.length = 0;
    output.write(true);
    expect(calls).toEqual(['write 608 1', 'read 608']);
    calls.length = 0;
    deaf.set(608, 1);
    output.write(false);
    expect(calls).toEqual(['write 608 0', 'read 608', 'write 608 1', 'write 608 0', 'read 608']);
    expect(levels.get(608)).toBe(0);
  });

  test('that do not take the level have failed', () => {
    const output = gpio().output(onExpander);
    output.write(true);
    deaf.set(608, 100);
    expect(() => output.write(false)).toThrow(
      /line 8 of GPIO chip slow: it stays high although it was made low: check/,
    );
    expect(() => output.release()).toThrow(/stays high/);
    expect(calls.at(-1)).toBe('unexport 608');
  });
});

describe('the stand-in for epoll', () => {
  function fakeRequire(cache: NodeJS.Require['cache']): NodeJS.Require {
    const resolve = Object.assign((name: string) => `/modules/${name}.js`, { paths: () => null });
    return Object.assign(() => undefined, { cache, resolve, extensions: require.extensions, main: undefined });
  }

  test('is what onoff finds while it is loaded, does nothing, and is gone afterwards', () => {
    const cache: NodeJS.Require['cache'] = {};
    const given = withoutEpoll(fakeRequire(cache), () => {
      const { Epoll } = cache['/modules/epoll.js']?.exports as { Epoll: new () => { add(): void; remove(): void } };
      const poller = new Epoll();
      poller.add();
      poller.remove();
      return 'loaded';
    });
    expect(given).toBe('loaded');
    expect(cache).toEqual({});
  });

  test('gives way to the real one where that was loaded before, also when loading fails', () => {
    const real = { exports: { Epoll: 'real' } } as unknown as NodeModule;
    const cache: NodeJS.Require['cache'] = { '/modules/epoll.js': real };
    const fail = (): never => {
      throw new Error('no onoff');
    };
    expect(() => withoutEpoll(fakeRequire(cache), fail)).toThrow('no onoff');
    expect(cache['/modules/epoll.js']).toBe(real);
  });
});
