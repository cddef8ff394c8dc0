/** The reader chip, by the stand-in and by the real package where it loads, against a model of chip and cards. */
import { Mfrc522, type Mfrc522LibraryClass, type PollResult } from '../../../../src/drivers/pi/card/mfrc522';
import { type CardFaults, CardModel, crcA, heard } from './cards-model';
import { LibraryStandIn, packagedLibrary } from './library';
import { Mfrc522Model } from './mfrc522-model';

const four = [0xde, 0xad, 0xbe, 0xef];
const seven = [0x04, 0xa1, 0xb2, 0xc3, 0xd4, 0xe5, 0xf6];
const ten = [0x04, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a];

const packaged = packagedLibrary();
const libraries: [string, Mfrc522LibraryClass][] = [['stand-in', LibraryStandIn]];
if ('library' in packaged) libraries.push(['mfrc522-rpi', packaged.library]);
else console.info(`the real mfrc522-rpi is not tried: ${packaged.missing}`);

test('the model counts CRC_A as ISO/IEC 14443-3, annex B does', () => {
  expect(crcA([0x00, 0x00])).toEqual([0xa0, 0x1e]);
  expect(crcA([0x12, 0x34])).toEqual([0x26, 0xcf]);
});

test('the model finds the first bit in which answers collide', () => {
  expect(heard([[0b0101], [0b0001]])).toEqual({ bytes: [0b0001], collisionAt: 2 });
  expect(
    heard([
      [0xff, 0x02],
      [0xff, 0x00],
    ]),
  ).toEqual({ bytes: [0xff, 0], collisionAt: 9 });
  expect(heard([four, four])).toEqual({ bytes: four, collisionAt: undefined });
});

describe.each(libraries)('with %s', (_, library) => {
  let chip: Mfrc522Model;
  let reader: Mfrc522;

  function put(uid: readonly number[], faults?: CardFaults): CardModel {
    const card = new CardModel(uid, faults);
    chip.cards.push(card);
    return card;
  }

  function read(uid: readonly number[]): PollResult {
    return { kind: 'card', uid: Uint8Array.from(uid) };
  }

  beforeEach(() => {
    chip = new Mfrc522Model();
    reader = new Mfrc522(chip, library);
    reader.begin();
  });

  test('an empty field gives none, within some ms', () => {
    reader.poll();
    const before = chip.microseconds;
    expect(reader.poll()).toEqual({ kind: 'none' });
    expect(chip.microseconds - before).toBeGreaterThan(4000);
    expect(chip.microseconds - before).toBeLessThan(8000);
  });

  test.each([
    ['4', four],
    ['7', seven],
    ['10', ten],
    ['10, with 88 where it is a byte as any other', [4, 2, 3, 4, 5, 6, 0x88, 8, 9, 10]],
  ])('a UID of %s bytes, once and again while the card stays; it is halted in between', (_length, uid) => {
    const card = put(uid);
    for (let poll = 1; poll <= 3; poll++) {
      expect(reader.poll()).toEqual(read(uid));
      expect(card.state).toBe('halt');
      expect(card.selections).toBe(poll);
    }
    chip.cards = [];
    expect(reader.poll()).toEqual({ kind: 'none' });
  });

  test.each([
    ['4 bytes', four, [0xde, 0xad, 0xbe, 0xee]],
    ['4 bytes, that differ in the last bit sent', [1, 2, 3, 0x80], [1, 2, 3, 0x00]],
    ['7 bytes, that differ at the second level', seven, [0x04, 0xa1, 0xb2, 0xc3, 0xd4, 0xe5, 0x00]],
    ['10 bytes, that differ at the third level', ten, [...ten.slice(0, 9), 0x0b]],
    ['different kind', four, seven],
  ])('two cards of %s are several, as often as asked', (_kind, one, other) => {
    put(one);
    put(other);
    for (let poll = 0; poll < 3; poll++) expect(reader.poll()).toEqual({ kind: 'several' });
    chip.cards.pop();
    expect(reader.poll()).toEqual(read(one));
  });

  test('a card put beside one that is halted makes several; the first alone is read again', () => {
    put(seven);
    expect(reader.poll()).toEqual(read(seven));
    const second = put([0x04, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66]);
    expect(reader.poll()).toEqual({ kind: 'several' });
    expect(second.selections).toBe(0);
    chip.cards.pop();
    expect(reader.poll()).toEqual(read(seven));
  });

  test.each<[string, CardFaults, string]>([
    ['wrong check byte', { wrongCheckByte: 1 }, 'level 1: wrong check byte'],
    ['wrong check byte at level 2', { wrongCheckByte: 2 }, 'level 2: wrong check byte'],
    ['wrong CRC', { wrongSakCrc: 1 }, 'level 1: wrong CRC'],
    ['wrong CRC at level 3', { wrongSakCrc: 3 }, 'level 3: wrong CRC'],
    ['tag, but said to be complete', { sak: 0x08 }, 'level 1: cascade tag and SAK 0x08 contradict'],
    ['no tag, but said to go on', { levels: [[1, 2, 3, 4], ten.slice(6)] }, 'level 1: cascade tag and SAK 0x04'],
    ['complete with a tag', { levels: [[0x88, 2, 3, 4]] }, 'level 1: cascade tag and SAK 0x08'],
    ['no end at level 3', { sak: 0x04 }, 'level 3: cascade tag and SAK 0x04 contradict'],
  ])('%s: unreadable, and good again with a good card', (_fault, faults, reason) => {
    put(ten, faults);
    expect(reader.poll()).toEqual({ kind: 'unreadable', reason: expect.stringContaining(reason) });
    chip.cards = [];
    put(four);
    expect(reader.poll()).toEqual(read(four));
  });

  test.each([1, 2, 3, 4, 5])('a card that leaves after %i answers is not read', (leavesAfter) => {
    const card = put(ten, { leavesAfter });
    expect(reader.poll()).toEqual({ kind: 'none' });
    expect(card.selections).toBe(0);
  });

  test('one disturbed answer costs nothing; a card that is always disturbed is unreadable', () => {
    put(four);
    chip.disturb = { kind: 'parity', answers: 1 };
    expect(reader.poll()).toEqual(read(four));
    chip.disturb = { kind: 'parity', answers: 100 };
    expect(reader.poll()).toEqual({ kind: 'unreadable', reason: 'wake-up: parity error' });
    chip.disturb = { kind: 'collisionNowhere', answers: 100 };
    expect(reader.poll()).toEqual({ kind: 'unreadable', reason: 'wake-up: bits collided' });
  });

  test('where bits collided once, no card is taken: it may be one of two', () => {
    put(four);
    chip.disturb = { kind: 'collision', answers: 1 };
    expect(reader.poll()).toEqual({ kind: 'unreadable', reason: 'bits collided once' });
    expect(reader.poll()).toEqual(read(four));
  });

  test('a card that will not be halted is read all the same, each time', () => {
    put(four, { refusesHalt: true });
    expect(reader.poll()).toEqual(read(four));
    expect(reader.poll()).toEqual(read(four));
  });

  test.each([
    [0x91, 'known'],
    [0x92, 'known'],
    [0x88, 'known'],
    [0x12, 'known'],
    [0x42, 'unknown'],
    [0x00, 'absent'],
    [0xff, 'absent'],
  ])('version %i is %s', (version, kind) => {
    chip.version = version;
    expect(reader.version()).toMatchObject({ kind, value: version });
  });

  test.each([
    ['zeros', '0x00'],
    ['ones', '0xFF'],
  ] as const)('not wired, reading %s: begin says so, and a poll fails until it is back', (unplugged, value) => {
    put(four);
    chip.unplugged = unplugged;
    expect(() => reader.begin()).toThrow(`does not answer (its version reads ${value}): check`);
    expect(reader.poll()).toEqual({ kind: 'failed', reason: expect.stringContaining(value) });
    chip.unplugged = 'none';
    expect(reader.poll()).toEqual(read(four));
  });

  test.each(['zeros', 'ones', 'throws'] as const)('unplugged at any moment of a poll (%s): the poll fails', (how) => {
    put(four);
    for (let moment = 1; ; moment++) {
      reader.poll();
      const start = chip.transfers; // of the poll that follows
      chip.onTransfer = (count) => {
        if (count === start + moment) chip.unplugged = how;
      };
      const result = reader.poll();
      if (chip.unplugged === 'none') {
        // The poll was over before the moment came.
        expect(moment).toBeGreaterThan(50);
        return;
      }
      expect(result.kind).toBe('failed');
      chip.unplugged = 'none';
      chip.onTransfer = () => {};
    }
  });

  test('after a loss of power the registers are written again and the card is read', () => {
    put(seven);
    expect(reader.poll()).toEqual(read(seven));
    const { softResets } = chip;
    reader.poll();
    expect(chip.softResets).toBe(softResets);
    chip.losePower();
    expect(chip.antennaOn()).toBe(false);
    expect(reader.poll()).toEqual(read(seven));
    expect(chip.antennaOn()).toBe(true);
  });

  test('power lost at any moment of a poll: no card, or the right one; the next poll reads it', () => {
    put(seven);
    reader.poll();
    const before = chip.transfers;
    reader.poll();
    const length = chip.transfers - before;
    for (let moment = 1; moment <= length; moment += 3) {
      const start = chip.transfers;
      chip.onTransfer = (count) => {
        if (count === start + moment) chip.losePower();
      };
      const result = reader.poll();
      if (result.kind === 'card') expect(result).toEqual(read(seven));
      expect(result.kind).not.toBe('several');
      chip.onTransfer = () => {};
      expect(reader.poll()).toEqual(read(seven));
    }
  });

  test('an antenna that went off is switched on again', () => {
    put(four);
    chip.transfer(Uint8Array.of(0x14 << 1, 0x80));
    expect(reader.poll()).toEqual(read(four));
  });

  test.each([0x2a, 0x2d, 0x15, 0x11, 0x14])('a chip that does not keep register %i has failed', (address) => {
    chip.stuck.add(address);
    expect(() => reader.begin()).toThrow('does not keep register 0x');
    expect(reader.poll()).toEqual({ kind: 'failed', reason: expect.stringContaining('does not keep register') });
  });

  test('a bus that throws fails the poll', () => {
    chip.unplugged = 'throws';
    expect(reader.poll()).toEqual({ kind: 'failed', reason: 'EIO, input/output error' });
  });

  test('begin pulses the reset line, where there is one, before it touches the chip', () => {
    const order: (boolean | number)[] = [];
    const withLine = new Mfrc522(chip, library, { write: (active) => order.push(active) });
    chip.onTransfer = (count) => order.push(count);
    const { transfers } = chip;
    withLine.begin();
    expect(order.slice(0, 3)).toEqual([true, false, transfers + 1]);
  });

  test('after its reset the chip may be deaf for a while; one that stays so has failed', () => {
    let pauses = 0;
    let deafFor = 4;
    const begun = () =>
      new Mfrc522(chip, library, { write: () => {} }, () => {
        pauses += 1;
        if (pauses === deafFor) chip.unplugged = 'none';
      }).begin();
    chip.unplugged = 'zeros';
    begun();
    expect(pauses).toBe(4);
    pauses = 0;
    deafFor = 6;
    chip.unplugged = 'zeros';
    expect(begun).toThrow('does not answer');
    expect(pauses).toBe(5);
  });
});
