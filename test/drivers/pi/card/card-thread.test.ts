/** The loop of the card reader's thread, under a virtual clock, over the model of chip and cards. */

import { VirtualClock } from '../../../../src/drivers/clock/virtual-clock';
import {
  type CardThreadMessage,
  type CardThreadOptions,
  runCardThread,
  stopCardThread,
} from '../../../../src/drivers/pi/card/card-thread';
import { GreenupError } from '../../../../src/hal/errors';
import { CardModel } from './cards-model';
import { LibraryStandIn } from './library';
import { Mfrc522Model } from './mfrc522-model';

const device = '/dev/spidev0.0';
let clock: VirtualClock;
let chip: Mfrc522Model;
let messages: CardThreadMessage[];
let opens: number[];
let openingError: Error | undefined;
let portCloses: number;
let send: (message: unknown) => void;

beforeEach(() => {
  clock = new VirtualClock();
  chip = new Mfrc522Model();
  messages = [];
  opens = [];
  openingError = undefined;
  portCloses = 0;
  send = () => {};
});

function start(options: Partial<CardThreadOptions> = {}): void {
  const port = {
    postMessage: (message: CardThreadMessage) => messages.push(message),
    on: (_event: 'message', listener: (message: unknown) => void) => {
      send = listener;
    },
    close: () => {
      portCloses += 1;
    },
  };
  const openBus = () => {
    opens.push(clock.now());
    if (openingError !== undefined) throw openingError;
    chip.closed = false;
    return chip;
  };
  runCardThread(port, { device, openBus, library: () => LibraryStandIn, clock, ...options });
}

function taken(): string[] {
  return messages.splice(0).map((message) => {
    if (message.kind === 'trouble') return message.trouble.text;
    const { event } = message;
    if (event.kind === 'card') return `card ${event.uid}`;
    return event.kind === 'several' ? 'several' : `reader ${event.present}`;
  });
}

test('a card is told within 250 ms, once however long it stays, and again after it was away', async () => {
  start();
  await clock.advance(0);
  expect(taken()).toEqual(['reader true']);
  chip.cards = [new CardModel([0x04, 0xa1, 0xb2, 0xc3, 0xd4, 0xe5, 0xf6])];
  await clock.advance(250);
  expect(taken()).toEqual(['card 04A1B2C3D4E5F6']);
  await clock.advance(60_000);
  const [card] = chip.cards;
  chip.cards = [];
  await clock.advance(500);
  if (card !== undefined) chip.cards = [card];
  await clock.advance(500);
  expect(taken()).toEqual([]);
  chip.cards = [];
  await clock.advance(750);
  chip.cards = [new CardModel([0xde, 0xad, 0xbe, 0xef])];
  await clock.advance(250);
  expect(taken()).toEqual(['card DEADBEEF']);
});

test('nothing happens in the call itself', () => {
  start();
  expect(messages).toEqual([]);
  expect(opens).toEqual([]);
});

test('two cards are told as several, and none is read', async () => {
  chip.cards = [new CardModel([1, 2, 3, 4]), new CardModel([1, 2, 3, 5])];
  start();
  await clock.advance(10_000);
  expect(taken()).toEqual(['reader true', 'several']);
});

test('a reader that is unplugged is absent after three polls, opened again each 2 s, and told when it is back', async () => {
  start();
  await clock.advance(0);
  chip.unplugged = 'zeros';
  await clock.advance(500);
  expect(taken()).toEqual(['reader true']);
  await clock.advance(250);
  expect(taken()).toEqual([
    expect.stringMatching(/^card reader \/dev\/spidev0\.0: the chip does not answer/),
    'reader false',
  ]);
  expect(chip.closed).toBe(true);
  await clock.advance(20_000);
  expect(taken()).toEqual([]);
  expect(opens).toHaveLength(11);
  chip.unplugged = 'none';
  chip.losePower();
  await clock.advance(2000);
  expect(taken()).toEqual(['reader true']);
  chip.cards = [new CardModel([1, 2, 3, 4])];
  await clock.advance(250);
  expect(taken()).toEqual(['card 01020304']);
});

test('a bus that throws is the same', async () => {
  start();
  await clock.advance(0);
  chip.unplugged = 'throws';
  await clock.advance(5000);
  expect(taken()).toEqual(['reader true', `card reader ${device}: EIO, input/output error`, 'reader false']);
});

test('a device that cannot be opened is told at once, with its reason once, and found later', async () => {
  openingError = new GreenupError('part.missing', 'no such device; there is none');
  start();
  await clock.advance(10_000);
  expect(taken()).toEqual([`card reader ${device}: no such device; there is none`, 'reader false']);
  expect(opens).toEqual([0, 2000, 4000, 6000, 8000, 10_000]);
  openingError = undefined;
  await clock.advance(2000);
  expect(taken()).toEqual(['reader true']);
});

test('a package that is missing is one clear line', async () => {
  start({
    library: () => {
      throw new GreenupError('package.missing', 'package mfrc522-rpi cannot be loaded');
    },
  });
  await clock.advance(4000);
  expect(taken()).toEqual([`card reader ${device}: package mfrc522-rpi cannot be loaded`, 'reader false']);
  expect(opens).toEqual([]);
});

test('an unknown chip is used, and told once', async () => {
  chip.version = 0x42;
  start();
  await clock.advance(0);
  chip.unplugged = 'throws';
  await clock.advance(4000);
  chip.unplugged = 'none';
  await clock.advance(4000);
  expect(taken().filter((line) => line.includes('unknown chip'))).toEqual([
    `card reader ${device}: unknown chip 0x42, used as an MFRC522`,
  ]);
});

test('the reset line is opened once, pulsed at each opening, and released at the end', async () => {
  const calls: string[] = [];
  start({
    resetLine: () => {
      calls.push('opened');
      return { write: (active) => calls.push(String(active)), release: () => calls.push('released') };
    },
  });
  await clock.advance(0);
  chip.unplugged = 'ones';
  await clock.advance(750 + 2000);
  send(stopCardThread);
  expect(calls).toEqual(['opened', 'true', 'false', 'true', 'false', 'released']);
});

test('at its end it closes the bus and the port, and polls no more', async () => {
  start();
  await clock.advance(1000);
  send('something else');
  expect(portCloses).toBe(0);
  send(stopCardThread);
  send(stopCardThread);
  expect(chip.closed).toBe(true);
  expect(portCloses).toBe(1);
  expect(clock.pendingTimers).toBe(0);
});
