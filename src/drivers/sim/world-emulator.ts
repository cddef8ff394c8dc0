/** Plays vehicle, driver and mishaps in a simulated world. */
import type { Deed, Mishap, VehicleEmulator } from '../../hal/vehicle-emulator';
import type { SimulatedFault } from './faults';
import type { SimulatedWorld } from './world';

/** The bus belongs to wires that this world does not have. */
const faultOf: Readonly<Partial<Record<Mishap, SimulatedFault>>> = {
  welded: 'welded',
  residualCurrent: 'residualCurrent',
  meterSilent: 'meterSilent',
  readerGone: 'readerAbsent',
};

export class WorldEmulator implements VehicleEmulator {
  readonly name = 'the simulated world';
  readonly hasLoad = true;

  constructor(private readonly world: SimulatedWorld) {}

  can(deed: Deed): boolean {
    return deed.do !== 'mishap' || faultOf[deed.mishap] !== undefined;
  }

  atOnce(): boolean {
    return true;
  }

  async perform(deed: Deed): Promise<void> {
    switch (deed.do) {
      case 'plug':
        this.world.plug(deed.connectorId);
        return;
      case 'unplug':
        this.world.unplug(deed.connectorId);
        return;
      case 'request':
        this.world.ev(deed.connectorId, { paused: !deed.energy });
        return;
      case 'present':
        this.world.present(deed.uid, deed.side);
        return;
      case 'flicker':
        this.world.flicker(deed.connectorId, deed.signal, { forMs: deed.forMs });
        return;
      case 'mishap': {
        const fault = faultOf[deed.mishap];
        if (fault) this.world.fault(deed.connectorId, fault, deed.present);
        return;
      }
    }
  }

  close(): void {}
}
