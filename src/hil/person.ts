/** Asks a person at the terminal to do what no relay can: "unplug now, then Enter". */
import { createInterface } from 'node:readline/promises';
import { GreenupError, unreachable } from '../hal/errors';
import type { Deed, Mishap, VehicleEmulator } from '../hal/vehicle-emulator';

/** What a person can bring about, and undo, with the rig before them. */
const mishapRequests: Readonly<Record<Mishap, { cause: string; mend: string }>> = {
  welded: {
    cause: 'bridge the feedback contact of the contactor, so that it seems closed',
    mend: 'take the bridge off the feedback contact',
  },
  residualCurrent: { cause: 'press the test button of the residual current monitor', mend: 'reset the monitor' },
  meterSilent: { cause: 'pull the RS-485 plug of the meter', mend: 'put the RS-485 plug of the meter back' },
  readerGone: { cause: 'pull the plug of the card reader', mend: 'put the plug of the card reader back' },
  i2cLost: { cause: 'pull the I2C plug of the analogue inputs', mend: 'put the I2C plug back' },
};

/** The request to a person, for connector names such as "right T2S". */
export function requestFor(deed: Deed, nameOf: (connectorId: number) => string): string {
  switch (deed.do) {
    case 'plug':
      return `plug the vehicle into connector ${deed.connectorId} (${nameOf(deed.connectorId)})`;
    case 'unplug':
      return `unplug the vehicle from connector ${deed.connectorId} (${nameOf(deed.connectorId)})`;
    case 'request':
      return `${deed.energy ? 'close' : 'open'} the switch of the vehicle (S2) at connector ${deed.connectorId}`;
    case 'present':
      return `hold a card to the reader on the ${deed.side}`;
    case 'flicker':
      return `show the wrong state of the ${deed.signal} at connector ${deed.connectorId} for ${deed.forMs} ms`;
    case 'mishap': {
      const { cause, mend } = mishapRequests[deed.mishap];
      return `connector ${deed.connectorId}: ${deed.present ? cause : mend}`;
    }
    default:
      return unreachable(deed);
  }
}

export class PersonEmulator implements VehicleEmulator {
  readonly name = 'a person';
  readonly hasLoad = false;
  private readonly terminal = createInterface({ input: process.stdin, output: process.stdout });
  /** Ends a question that nobody will answer. */
  private readonly left = new AbortController();

  constructor(private readonly nameOf: (connectorId: number) => string) {
    this.terminal.on('close', () => this.left.abort());
    // The terminal keeps Ctrl-C to itself while a question stands; the program must end at it as always.
    this.terminal.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  }

  /** All but what no hand is quick enough for. */
  can(deed: Deed): boolean {
    return deed.do !== 'flicker';
  }

  atOnce(): boolean {
    return false;
  }

  /** Resolves at Enter. Rejects with `part.failed` when the terminal has ended. */
  async perform(deed: Deed): Promise<void> {
    const { signal } = this.left;
    const request = requestFor(deed, this.nameOf);
    try {
      await this.terminal.question(`>>> ${request}, then Enter `, { signal });
    } catch (error) {
      throw new GreenupError('part.failed', `nobody is at the terminal to ${request}: run it in one`, { cause: error });
    }
  }

  close(): void {
    this.terminal.close();
  }
}

/** The first emulator that can do a deed does it. */
export class CombinedEmulator implements VehicleEmulator {
  readonly name: string;
  readonly hasLoad: boolean;

  constructor(private readonly emulators: readonly VehicleEmulator[]) {
    this.name = emulators.map(({ name }) => name).join(' and ');
    this.hasLoad = emulators.some(({ hasLoad }) => hasLoad);
  }

  can(deed: Deed): boolean {
    return this.emulators.some((emulator) => emulator.can(deed));
  }

  atOnce(deed: Deed): boolean {
    return this.ableOf(deed)?.atOnce(deed) ?? false;
  }

  async perform(deed: Deed): Promise<void> {
    const able = this.ableOf(deed);
    if (!able) throw new GreenupError('command.invalid', `${this.name} cannot do: ${JSON.stringify(deed)}`);
    await able.perform(deed);
  }

  close(): void {
    for (const emulator of this.emulators) emulator.close();
  }

  private ableOf(deed: Deed): VehicleEmulator | undefined {
    return this.emulators.find((emulator) => emulator.can(deed));
  }
}
