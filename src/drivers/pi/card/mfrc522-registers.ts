/** What is in the registers of an MFRC522: addresses, commands, bits, and the settings for cards of type A. */

/** Registers of the chip (datasheet 9.2). */
export const register = {
  command: 0x01,
  divIrq: 0x05,
  error: 0x06,
  bitFraming: 0x0d,
  coll: 0x0e,
  mode: 0x11,
  txControl: 0x14,
  txAsk: 0x15,
  timerMode: 0x2a,
  timerPrescaler: 0x2b,
  timerReloadHigh: 0x2c,
  timerReloadLow: 0x2d,
  version: 0x37,
} as const;

export const chipCommand = { idle: 0x00, transceive: 0x0c, softReset: 0x0f } as const;

/** CommandReg: the chip still wakes up. */
export const powerDownBit = 0x10;

export const collisionBit = 0x08;
/** CollReg: no collision, or not among the bits that the chip counts. */
export const collisionNowhereBit = 0x20;
/** ErrorReg bits that spoil an answer, with their names. */
export const answerErrors: readonly (readonly [number, string])[] = [
  [0x02, 'parity error'],
  [0x01, 'framing error'],
  [0x10, 'answer too long'],
  [collisionBit, 'bits collided'],
];
/** DivIrqReg, written with its top bit 0: withdraws the notice that a CRC is ready. */
export const crcReadyBit = 0x04;

/**
 * What `begin` writes, and the bits by which each poll sees that the chip still has it. The timer starts at the end of
 * each transmission and runs 5.5 ms (11 ticks of 2 kHz): all answers used here start within 0.1 ms and last under 0.5 ms
 * (ISO/IEC 14443-3, 6.2.1). 100 % ASK; CRC preset 0x6363 (CRC_A); both antenna drivers on.
 */
export const settings: readonly { address: number; value: number; kept: number }[] = [
  { address: register.timerMode, value: 0x8d, kept: 0xff },
  { address: register.timerPrescaler, value: 0x3e, kept: 0xff },
  { address: register.timerReloadHigh, value: 0, kept: 0xff },
  { address: register.timerReloadLow, value: 10, kept: 0xff },
  { address: register.txAsk, value: 0x40, kept: 0x40 },
  { address: register.mode, value: 0x3d, kept: 0x03 },
  { address: register.txControl, value: 0x83, kept: 0x03 },
];

export const versionNames: ReadonlyMap<number, string> = new Map([
  [0x91, 'MFRC522 version 1.0'],
  [0x92, 'MFRC522 version 2.0'],
  [0x88, 'FM17522 (clone)'],
  [0x12, 'clone of MFRC522'],
]);
