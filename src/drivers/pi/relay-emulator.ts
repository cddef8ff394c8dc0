/** Plays a vehicle with the relays and resistors of a bench rig; cards and mishaps are left to a person. */
import type { Board } from '../../hal/board';
import { connectorsOf } from '../../hal/connectors';
import { GreenupError } from '../../hal/errors';
import type { Deed, VehicleEmulator } from '../../hal/vehicle-emulator';
import type { GpioLines, OutputLine } from './gpio/lines';

interface Relays {
  plug: OutputLine;
  request: OutputLine | undefined;
}

export class RelayEmulator implements VehicleEmulator {
  readonly name = 'relays and resistors';
  readonly hasLoad = false;
  private readonly relays = new Map<number, Relays>();

  /** Throws `part.missing` or `part.failed` when a line cannot be had. */
  constructor(board: Board, gpio: GpioLines) {
    for (const { connectorId, socket } of connectorsOf(board)) {
      const { emulator } = socket.wiring ?? {};
      if (!emulator) continue;
      const { plug, request } = emulator;
      try {
        const relays: Relays = { plug: gpio.output(plug), request: undefined };
        this.relays.set(connectorId, relays);
        if (request) relays.request = gpio.output(request);
      } catch (error) {
        this.close();
        throw error;
      }
    }
  }

  can(deed: Deed): boolean {
    if (deed.do === 'plug' || deed.do === 'unplug') return this.relays.has(deed.connectorId);
    return deed.do === 'request' && this.relays.get(deed.connectorId)?.request !== undefined;
  }

  atOnce(): boolean {
    return true;
  }

  async perform(deed: Deed): Promise<void> {
    const relays = 'connectorId' in deed ? this.relays.get(deed.connectorId) : undefined;
    if (!relays || !this.can(deed)) {
      throw new GreenupError('command.invalid', `the relays of this rig cannot do: ${JSON.stringify(deed)}`);
    }
    if (deed.do === 'request') relays.request?.write(deed.energy);
    else if (deed.do === 'plug') {
      relays.plug.write(true);
      // A vehicle that has been plugged in wants energy.
      relays.request?.write(true);
    } else if (deed.do === 'unplug') {
      relays.request?.write(false);
      relays.plug.write(false);
    }
  }

  close(): void {
    for (const { plug, request } of this.relays.values()) {
      request?.release();
      plug.release();
    }
  }
}
