/** What a person at the terminal is asked to do, and who of several emulators does a deed. */
import { PassThrough } from 'node:stream';
import type { Deed, VehicleEmulator } from '../../src/hal/vehicle-emulator';
import { CombinedEmulator, PersonEmulator, requestFor } from '../../src/hil/person';

const nameOf = (connectorId: number): string => (connectorId === 1 ? 'right T2S' : 'left 2P+E');

test.each<[Deed, string]>([
  [{ do: 'plug', connectorId: 1 }, 'plug the vehicle into connector 1 (right T2S)'],
  [{ do: 'unplug', connectorId: 4 }, 'unplug the vehicle from connector 4 (left 2P+E)'],
  [{ do: 'request', connectorId: 1, energy: true }, 'close the switch of the vehicle (S2) at connector 1'],
  [{ do: 'request', connectorId: 1, energy: false }, 'open the switch of the vehicle (S2) at connector 1'],
  [{ do: 'present', uid: '04A1', side: 'left' }, 'hold a card to the reader on the left'],
  [
    { do: 'mishap', mishap: 'welded', connectorId: 1, present: true },
    'connector 1: bridge the feedback contact of the contactor, so that it seems closed',
  ],
  [
    { do: 'mishap', mishap: 'welded', connectorId: 1, present: false },
    'connector 1: take the bridge off the feedback contact',
  ],
  [
    { do: 'mishap', mishap: 'residualCurrent', connectorId: 2, present: true },
    'connector 2: press the test button of the residual current monitor',
  ],
  [{ do: 'mishap', mishap: 'residualCurrent', connectorId: 2, present: false }, 'connector 2: reset the monitor'],
  [
    { do: 'mishap', mishap: 'meterSilent', connectorId: 1, present: true },
    'connector 1: pull the RS-485 plug of the meter',
  ],
  [
    { do: 'mishap', mishap: 'readerGone', connectorId: 1, present: false },
    'connector 1: put the plug of the card reader back',
  ],
  [
    { do: 'mishap', mishap: 'i2cLost', connectorId: 1, present: true },
    'connector 1: pull the I2C plug of the analogue inputs',
  ],
])('%j', (deed, text) => {
  expect(requestFor(deed, nameOf)).toBe(text);
});

describe('at a terminal', () => {
  let input: PassThrough;
  let output: PassThrough;
  let printed: string;

  beforeEach(() => {
    input = new PassThrough();
    output = new PassThrough();
    printed = '';
    output.on('data', (piece) => {
      printed += piece;
    });
    jest.spyOn(process, 'stdin', 'get').mockReturnValue(input as unknown as typeof process.stdin);
    jest.spyOn(process, 'stdout', 'get').mockReturnValue(output as unknown as typeof process.stdout);
  });

  afterEach(() => jest.restoreAllMocks());

  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  test('a deed is done at Enter, not before', async () => {
    const person = new PersonEmulator(nameOf);
    expect(person.can({ do: 'unplug', connectorId: 1 })).toBe(true);
    // No hand is as quick.
    expect(person.can({ do: 'flicker', connectorId: 1, signal: 'lock', forMs: 200 })).toBe(false);
    let done = false;
    const performed = person.perform({ do: 'unplug', connectorId: 1 }).then(() => {
      done = true;
    });
    await turn();
    expect(printed).toBe('>>> unplug the vehicle from connector 1 (right T2S), then Enter ');
    expect(done).toBe(false);
    input.write('\n');
    await performed;
    person.close();
  });

  test('Ctrl-C at a question ends the program, as everywhere', async () => {
    Object.assign(output, { isTTY: true, columns: 80 });
    const person = new PersonEmulator(nameOf);
    const performed = person.perform({ do: 'plug', connectorId: 1 }).catch((error: unknown) => error);
    await turn();
    const kill = jest.spyOn(process, 'kill').mockReturnValue(true);
    input.write('\u0003');
    await turn();
    expect(kill).toHaveBeenCalledWith(process.pid, 'SIGINT');
    person.close();
    expect(await performed).toMatchObject({ code: 'part.failed' });
  });

  test('a terminal that ends is an error of the deed, not a wait without end', async () => {
    const person = new PersonEmulator(nameOf);
    const performed = person.perform({ do: 'plug', connectorId: 1 });
    input.end();
    await expect(performed).rejects.toMatchObject({
      code: 'part.failed',
      message: expect.stringMatching(/^nobody is at the terminal to plug the vehicle into connector 1/),
    });
    await expect(person.perform({ do: 'plug', connectorId: 2 })).rejects.toMatchObject({ code: 'part.failed' });
  });
});

class Scripted implements VehicleEmulator {
  readonly done: Deed[] = [];
  closed = 0;

  constructor(
    readonly name: string,
    readonly hasLoad: boolean,
    private readonly able: readonly Deed['do'][],
  ) {}

  can(deed: Deed): boolean {
    return this.able.includes(deed.do);
  }

  atOnce(): boolean {
    return this.name === 'relays';
  }

  async perform(deed: Deed): Promise<void> {
    this.done.push(deed);
  }

  close(): void {
    this.closed += 1;
  }
}

test('the first that can do a deed does it, and only that one', async () => {
  const relays = new Scripted('relays', false, ['plug', 'unplug']);
  const person = new Scripted('a person', true, ['plug', 'present']);
  const both = new CombinedEmulator([relays, person]);
  expect([both.name, both.hasLoad]).toEqual(['relays and a person', true]);
  await both.perform({ do: 'plug', connectorId: 1 });
  await both.perform({ do: 'present', uid: '04', side: 'right' });
  expect(relays.done.map((deed) => deed.do)).toEqual(['plug']);
  expect(person.done.map((deed) => deed.do)).toEqual(['present']);
  expect(both.can({ do: 'request', connectorId: 1, energy: true })).toBe(false);
  // Times from a person's deed say nothing of the station.
  expect(both.atOnce({ do: 'plug', connectorId: 1 })).toBe(true);
  expect(both.atOnce({ do: 'present', uid: '04', side: 'right' })).toBe(false);
  await expect(both.perform({ do: 'request', connectorId: 1, energy: true })).rejects.toMatchObject({
    code: 'command.invalid',
  });
  both.close();
  expect([relays.closed, person.closed]).toEqual([1, 1]);
  expect(new CombinedEmulator([relays]).hasLoad).toBe(false);
});
