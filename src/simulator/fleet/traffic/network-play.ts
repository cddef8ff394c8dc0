/** Performs what the network of one station does, also where several events are there at a time. */
import type { FleetMember } from '../member';
import type { NetworkAct } from './acts';
import { soundWire, type WireConditions } from './frame-faults';
import type { StationSurroundings, TrafficOutcome } from './surroundings';

export class NetworkPlay {
  /** Events that go on, by their rows in the traffic file. */
  private readonly present = new Map<number, NetworkAct>();

  constructor(
    private readonly member: FleetMember,
    private readonly around: Pick<StationSurroundings, 'wire' | 'power'>,
  ) {}

  perform(act: NetworkAct): TrafficOutcome | Promise<TrafficOutcome> {
    const { event, row, begins } = act;
    if (event === 'reconnect') return this.reconnect();
    const isThere = this.has(event);
    if (begins) this.present.set(row, act);
    else this.present.delete(row);
    if (event === 'cableOut') return this.changeCable();
    if (event !== 'blackout') return this.changeWire();
    return isThere === this.has('blackout') ? 'done' : this.changePower(begins);
  }

  private has(event: NetworkAct['event']): boolean {
    return [...this.present.values()].some((act) => act.event === event);
  }

  private reconnect(): TrafficOutcome {
    const { wire } = this.around;
    if (!wire) return 'notPossible';
    wire.cut();
    return 'done';
  }

  private changeCable(): TrafficOutcome {
    const { cable } = this.member;
    const isIn = !this.has('cableOut');
    if (cable.isIn === isIn) return 'done';
    cable.isIn = isIn;
    const connection = this.member.running()?.chargePoint.connection;
    if (isIn) connection?.start();
    else connection?.cut();
    return 'done';
  }

  private async changePower(begins: boolean): Promise<TrafficOutcome> {
    const { power } = this.around;
    if (!power) return 'notPossible';
    await (begins ? power.cut() : power.bringBack());
    return 'done';
  }

  private changeWire(): TrafficOutcome {
    const { wire } = this.around;
    if (!wire) return 'notPossible';
    wire.change(this.conditions());
    return 'done';
  }

  /** Of events of one kind the one with the most frames counts. */
  private conditions(): WireConditions {
    const acts = [...this.present.values()];
    const of = (event: NetworkAct['event']) => acts.filter((act) => act.event === event);
    const most = (event: NetworkAct['event']) => Math.max(0, ...of(event).map(({ frameShare }) => frameShare));
    return {
      silent: of('outage').length > 0,
      refusing: of('centralRestart').length > 0,
      slow: of('slowLink')[0]?.by,
      drop: most('drop'),
      duplicate: most('duplicate'),
      delay: most('delay'),
      delayBy: of('delay')[0]?.by ?? soundWire.delayBy,
      reorder: most('reorder'),
    };
  }
}
