/** What can be asked of the emulated rig over its socket, as a table: what happens in the world, and to the rig. */
import { isFaultKind } from '../../../../src/drivers/sim/faults';
import { flickerSignals } from '../../../../src/drivers/sim/flicker';
import type { PlugOptions, SimulatedWorld } from '../../../../src/drivers/sim/world';
import type { Side } from '../../../../src/hal/board';
import type { Clock } from '../../../../src/hal/clock';
import { GreenupError } from '../../../../src/hal/errors';
import { fieldsOf, type JsonValue } from '../../../../src/hal/store';
import type { UnitFault } from './modbus-slave';
import { checkUid } from './reader-glue';
import type { EmulatedReader, EmulatedRig } from './rig';

export interface CommandPlace {
  world: SimulatedWorld;
  rig: EmulatedRig;
  clock: Clock;
  /** Takes the device of a reader away with its node, or brings it back. */
  setReaderUnplugged(reader: EmulatedReader, unplugged: boolean): void;
}

type Request = { [name: string]: JsonValue };
type Command = (request: Request, place: CommandPlace) => object | undefined;

/** Default time that the reset button is held, in ms. */
const buttonHeldMs = 2500;

const commands: Readonly<Record<string, Command>> = {
  plug(request, { world }) {
    world.plug(number(request, 'connector'), fieldsOf(request.options) as PlugOptions);
    return undefined;
  },
  unplug(request, { world }) {
    world.unplug(number(request, 'connector'), { force: request.force === true });
    return undefined;
  },
  /** `uids` in place of `uid`: several cards at once, which the world does not know. */
  present(request, { world, rig }) {
    const side = text(request, 'side') as Side;
    if (Array.isArray(request.uids)) {
      readerOn(rig, side).glue.hold(request.uids.map(String));
      return undefined;
    }
    const uid = text(request, 'uid');
    checkUid(uid);
    world.present(uid, side);
    return undefined;
  },
  ev(request, { world }) {
    world.ev(number(request, 'connector'), fieldsOf(request.options));
    return undefined;
  },
  fault(request, { world }) {
    const kind = text(request, 'kind');
    if (!isFaultKind(kind)) throw invalid(`there is no fault ${kind}`);
    world.fault(number(request, 'connector'), kind, request.present !== false);
    return undefined;
  },
  flicker(request, { world }) {
    const signal = text(request, 'signal');
    const known = flickerSignals.find((one) => one === signal);
    if (known === undefined) throw invalid(`there is no signal ${signal}; valid: ${flickerSignals.join(', ')}`);
    world.flicker(number(request, 'connector'), known, { forMs: number(request, 'ms') });
    return undefined;
  },
  rig(request, place) {
    const [name = '', argument] = text(request, 'fault').split(':');
    const fault = rigFaults[name];
    if (fault === undefined) throw invalid(`the rig has no fault ${name}; valid: ${Object.keys(rigFaults).join(', ')}`);
    fault(request.present !== false, argument, place);
    return undefined;
  },
  button(request, { rig, clock }) {
    const heldMs = typeof request.ms === 'number' ? request.ms : buttonHeldMs;
    rig.setButton(true);
    clock.at(clock.now() + heldMs, () => rig.setButton(false));
    return undefined;
  },
  snapshot(_request, { world, rig }) {
    return { snapshot: world.snapshot(), lines: rig.lines.levels(), coilsSupplied: rig.pump.isSupplied };
  },
};

/** Faults of wires and devices; those of contactors, locks and vehicles are the world's. */
const rigFaults: Readonly<
  Record<string, (present: boolean, argument: string | undefined, place: CommandPlace) => void>
> = {
  i2cLost: (present, _argument, { rig }) => rig.setI2c(!present),
  readerGone: (present, argument, place) => {
    place.setReaderUnplugged(readerOn(place.rig, argument as Side | undefined), present);
  },
  meterSilent: (present, unit, { rig }) => setUnitFault(rig, unit, 'silent', present),
  meterLate: (present, unit, { rig }) => setUnitFault(rig, unit, 'late', present),
  meterGarbled: (present, unit, { rig }) => setUnitFault(rig, unit, 'garbled', present),
};

/** Carries out one request as a line of JSON; the answer is one, too: `ok`, and `error` where it was refused. */
export function answerTo(line: string, place: CommandPlace): string {
  try {
    const request = fieldsOf(JSON.parse(line) as JsonValue);
    const command = commands[String(request.do)];
    if (command === undefined)
      throw invalid(`there is no command ${request.do}; valid: ${Object.keys(commands).join(', ')}`);
    return JSON.stringify({ ok: true, ...command(request, place) });
  } catch (error) {
    return JSON.stringify({ ok: false, error: error instanceof Error ? error.message : String(error) });
  }
}

function setUnitFault(rig: EmulatedRig, unitText: string | undefined, fault: UnitFault, present: boolean): void {
  const unit = Number(unitText);
  const bus = [...rig.buses.values()].find((candidate) => candidate.unitNumbers.includes(unit));
  if (bus !== undefined) bus.setFault(unit, fault, present);
  else {
    const valid = [...rig.buses.values()].flatMap((one) => one.unitNumbers).join(', ');
    throw invalid(`there is no Modbus unit ${unitText}; valid: ${valid}`);
  }
}

function readerOn(rig: EmulatedRig, side: Side | undefined): EmulatedReader {
  const reader = rig.readers.find((candidate) => side === undefined || candidate.side === side);
  if (reader !== undefined) return reader;
  throw invalid(`there is no reader on side ${side}; valid: ${rig.readers.map((one) => one.side).join(', ')}`);
}

function number(request: Request, name: string): number {
  const value = request[name];
  if (typeof value === 'number') return value;
  throw invalid(`${name} is ${JSON.stringify(value)}; it must be a number`);
}

function text(request: Request, name: string): string {
  const value = request[name];
  if (typeof value === 'string') return value;
  throw invalid(`${name} is ${JSON.stringify(value)}; it must be a text`);
}

function invalid(why: string): GreenupError {
  return new GreenupError('command.invalid', why);
}
