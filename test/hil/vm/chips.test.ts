/** The emulated chips without a kernel: what the real ones would answer, register by register. */
import { Ads1115 } from './emulator/ads1115';
import { Card, crcA } from './emulator/card';
import { ChipMemory, type ChipOutputs } from './emulator/chip-memory';
import { Cp2112, reportDescriptor } from './emulator/cp2112';
import { Mfrc522 } from './emulator/mfrc522';

describe('ADS1115', () => {
  const volts = [1, 0.25, 5, -0.5];
  let now = 0;
  const made = (): Ads1115 =>
    new Ads1115(
      (input) => volts[input] ?? 0,
      () => now,
    );
  /** Writes the configuration, waits, and gives the conversion. */
  const convert = (chip: Ads1115, config: number, waitMs = 10): number => {
    chip.write(Uint8Array.of(1, config >> 8, config & 0xff));
    now += waitMs;
    chip.write(Uint8Array.of(0));
    return chip.read(2).readInt16BE();
  };

  it('shows the configuration of its reset: idle, AIN0 against AIN1, ±2.048 V, single shot, 128 a second', () => {
    const chip = made();
    chip.write(Uint8Array.of(1));
    expect(chip.read(2).readUInt16BE()).toBe(0x8583);
  });

  it.each([
    ['AIN0, ±4.096 V', 0xc3e3, 8000],
    ['AIN1, ±4.096 V', 0xd3e3, 2000],
    ['AIN2 beyond full scale', 0xe3e3, 32767],
    ['AIN3 below ground', 0xf3e3, -4000],
    ['AIN0 against AIN1', 0x83e3, 6000],
    ['AIN1, ±0.256 V', 0xdbe3, 32000],
  ])('converts %s', (_name, config, counts) => {
    expect(convert(made(), config)).toBe(counts);
  });

  it('is busy for the time of a conversion, with the old result until then', () => {
    const chip = made();
    convert(chip, 0xc3e3);
    const old = chip.read(2).readInt16BE();
    expect(convert(chip, 0xd3e3, 1)).toBe(old);
    chip.write(Uint8Array.of(1));
    expect(chip.read(1)[0]).toBe(0x53);
    now += 0.3;
    expect(chip.read(1)[0]).toBe(0xd3);
    chip.write(Uint8Array.of(0));
    expect(chip.read(2).readInt16BE()).toBe(2000);
  });

  it('goes on by itself in continuous mode', () => {
    const chip = made();
    expect(convert(chip, 0x42e3)).toBe(8000);
    volts[0] = 2;
    now += 2;
    expect(chip.read(2).readInt16BE()).toBe(16000);
    volts[0] = 1;
  });
});

describe('CP2112', () => {
  const memory = new ChipMemory();
  let driven: ChipOutputs | undefined;
  const chip = new Cp2112(
    memory,
    (outputs) => {
      driven = outputs;
    },
    () => 0,
  );
  const status = (): number[] => [...(chip.output(Buffer.from([0x15, 1])) ?? [])];

  it('describes every report that is used, in whole items', () => {
    const bytes = reportDescriptor();
    const ids: number[] = [];
    for (let place = 0; place < bytes.length; place += 1 + ((bytes[place] ?? 0) & 3)) {
      if (bytes[place] === 0x85) ids.push(bytes[place + 1] ?? 0);
    }
    expect(ids).toEqual(expect.arrayContaining([0x02, 0x03, 0x04, 0x10, 0x12, 0x13, 0x14, 0x15, 0x16]));
    expect(bytes.at(-1)).toBe(0xc0);
  });

  it('drives outputs only, and shows levels from outside on inputs', () => {
    memory.setLevel(3, true);
    chip.setFeature(Uint8Array.of(0x04, 0xff, 0x05));
    expect(driven).toBeUndefined();
    chip.setFeature(Uint8Array.of(0x02, 0x01));
    expect(driven).toEqual({ directions: 1, latch: 5 });
    expect(chip.getFeature(0x03)[1]).toBe(0b1001);
    memory.setLevel(3, false);
    expect(chip.getFeature(0x03)[1]).toBe(0b0001);
    expect(chip.getFeature(0x02)[1]).toBe(1);
    // The level on an output is the station's, whatever comes from outside.
    memory.setLevel(0, true);
    chip.setFeature(Uint8Array.of(0x04, 0, 0x01));
    expect(chip.getFeature(0x03)[1]).toBe(0);
  });

  it('carries I2C to converters, and tells when nobody acknowledges', () => {
    chip.output(Buffer.from([0x14, 0x48 << 1, 1, 1]));
    expect(status().slice(0, 3)).toEqual([0x16, 3, 0]);
    memory.attachAnalog(0x48);
    chip.output(Buffer.from([0x14, 0x48 << 1, 1, 1]));
    expect(status()).toEqual([0x16, 2, 5, 0, 0, 0, 1]);
    chip.output(Buffer.from([0x10, 0x48 << 1, 0, 2]));
    expect(status()).toEqual([0x16, 2, 5, 0, 0, 0, 2]);
    expect([...(chip.output(Buffer.from([0x12, 0, 2])) ?? [])]).toEqual([0x13, 2, 2, 0x85, 0x83]);
    memory.setBusLost(true);
    chip.output(Buffer.from([0x10, 0x48 << 1, 0, 2]));
    expect(status()[1]).toBe(3);
  });
});

/** What a driver does with the chip, in registers: a frame to the cards and their answer. */
class Driver {
  constructor(readonly chip = new Mfrc522()) {
    this.write(0x14, 0x83);
  }

  write(address: number, value: number): void {
    this.chip.transfer(Uint8Array.of(address << 1, value));
  }

  read(address: number): number {
    return this.chip.transfer(Uint8Array.of((address << 1) | 0x80, 0))[1] ?? -1;
  }

  exchange(frame: readonly number[], lastBits = 0): number[] | undefined {
    this.write(0x04, 0x7f);
    this.write(0x0a, 0x80);
    this.chip.transfer(Uint8Array.of(0x09 << 1, ...frame));
    this.write(0x01, 0x0c);
    this.write(0x0d, 0x80 | lastBits);
    if ((this.read(0x04) & 0x20) === 0) return undefined;
    return Array.from({ length: this.read(0x0a) }, () => this.read(0x09));
  }
}

describe('MFRC522 with cards', () => {
  const uids = ['DEADBEEF', '04A1B2C3D4E5F6', '0102030405060708090A'];
  const cardOf = (uid: string): Card => new Card(Buffer.from(uid, 'hex'));

  it('knows CRC_A as the standard has it (ISO/IEC 14443-3, annex B)', () => {
    expect(crcA([0x00, 0x00])).toEqual([0xa0, 0x1e]);
    expect(crcA([0x12, 0x34])).toEqual([0x26, 0xcf]);
  });

  it('tells its version; nothing, without power or held in reset', () => {
    const { chip } = new Driver();
    const version = (): number | undefined => chip.transfer(Uint8Array.of(0xee, 0))[1];
    expect(version()).toBe(0x92);
    chip.powered = false;
    expect(version()).toBe(0);
    chip.powered = true;
    chip.setHeldInReset(true);
    expect(version()).toBe(0);
    chip.setHeldInReset(false);
    expect(version()).toBe(0x92);
  });

  it('times out on an empty field', () => {
    const driver = new Driver();
    expect(driver.exchange([0x52], 7)).toBeUndefined();
    expect(driver.read(0x04) & 0x01).toBe(1);
  });

  it.each(uids)('selects and halts a card with UID %s', (uid) => {
    const driver = new Driver();
    driver.chip.setField([cardOf(uid)]);
    expect(driver.exchange([0x26], 7)).toHaveLength(2);
    const read: number[] = [];
    for (const select of [0x93, 0x95, 0x97]) {
      const part = driver.exchange([select, 0x20]) ?? [];
      expect(part.reduce((sum, byte) => sum ^ byte, 0)).toBe(0);
      const frame = [select, 0x70, ...part];
      const [sak = -1, ...crc] = driver.exchange([...frame, ...crcA(frame)]) ?? [];
      expect(crc).toEqual(crcA([sak]));
      if ((sak & 4) === 0) {
        read.push(...part.slice(0, 4));
        break;
      }
      expect(part[0]).toBe(0x88);
      read.push(...part.slice(1, 4));
    }
    expect(Buffer.from(read).toString('hex').toUpperCase()).toBe(uid);
    expect(driver.exchange([0x50, 0, ...crcA([0x50, 0])])).toBeUndefined();
    expect(driver.exchange([0x26], 7)).toBeUndefined();
    expect(driver.exchange([0x52], 7)).toHaveLength(2);
  });

  it('falls back without a word at a wrong check sum', () => {
    const driver = new Driver();
    driver.chip.setField([cardOf('DEADBEEF')]);
    driver.exchange([0x26], 7);
    const part = driver.exchange([0x93, 0x20]) ?? [];
    expect(driver.exchange([0x93, 0x70, ...part, 0, 0])).toBeUndefined();
    expect(driver.exchange([0x26], 7)).toHaveLength(2);
  });

  it('shows where two cards collide', () => {
    const driver = new Driver();
    // The third byte differs first, in its second bit: bit 18, counted from 1.
    driver.chip.setField([cardOf('11223344'), cardOf('11223144')]);
    expect(driver.exchange([0x26], 7)).toHaveLength(2);
    driver.exchange([0x93, 0x20]);
    expect(driver.read(0x06) & 0x08).toBe(0x08);
    expect(driver.read(0x0e) & 0x3f).toBe(18);
  });

  it('is deaf while its antenna is off', () => {
    const driver = new Driver();
    driver.chip.setField([cardOf('DEADBEEF')]);
    driver.write(0x14, 0x80);
    expect(driver.exchange([0x52], 7)).toBeUndefined();
  });
});
