/** One socket outlet between the emulated chips and the simulated world: what is done to a line is done to its part. */
import type { Cancel, Clock } from '../../../../src/hal/clock';
import type { LockFeedback, PilotOutput, SocketParts } from '../../../../src/hal/parts';
import type { LockWiring, ResidualWiring, SocketWiring } from '../../../../src/hal/wiring';
import type { AnalogInputs } from './analog';
import type { RigLines } from './lines';
import type { PwmTree } from './pwm-tree';

/** A shorter push of the motor moves no bolt, in ms. */
export const boltMinMs = 50;
/** From the test current until a residual current monitor trips, in ms. */
export const tripMs = 60;
/** How often a monitor that does not latch looks whether the current still flows, in ms. */
const unlatchMs = 100;

export interface GlueRig {
  lines: RigLines;
  analog: AnalogInputs;
  pwm: PwmTree;
  clock: Clock;
}

export interface SocketTruth {
  /** Whether the self test of the monitor shall fail. */
  residualTestFails(): boolean;
}

/** Something that coils need beside their line: the charge pump of the board. */
export interface CoilSupply {
  /** Calls back with whether coils are supplied, now and at each change. */
  onChange(listener: (supplied: boolean) => void): void;
}

export function joinSocket(
  wiring: SocketWiring,
  parts: SocketParts,
  rig: GlueRig,
  coils: CoilSupply,
  truth: SocketTruth,
): void {
  joinContactor(wiring, parts, rig, coils);
  if (wiring.residual !== undefined) joinResidual(wiring.residual, parts, rig, truth);
  if (wiring.thermometer !== undefined) {
    const { thermometer } = wiring;
    parts.thermometer?.watch((celsius) => rig.analog.setTemperature(thermometer, celsius));
  }
  if (parts.mode === 'mode3') joinMode3(wiring, parts, rig);
  else if (wiring.plug !== undefined) parts.plug?.watch(rig.lines.input(wiring.plug));
}

function joinContactor({ contactor }: SocketWiring, parts: SocketParts, rig: GlueRig, coils: CoilSupply): void {
  let commanded = false;
  let supplied = false;
  const work = (): void => (commanded && supplied ? parts.contactor.close() : parts.contactor.open());
  rig.lines.hear(contactor.coil, (active) => {
    commanded = active;
    work();
  });
  coils.onChange((now) => {
    supplied = now;
    work();
  });
  const feedback = rig.lines.input(contactor.feedback);
  parts.contactor.watch((state) => feedback(state === 'closed'));
}

function joinMode3(wiring: SocketWiring, parts: Extract<SocketParts, { mode: 'mode3' }>, rig: GlueRig): void {
  const { pilot, proximity, lock } = wiring;
  if (pilot !== undefined) {
    rig.pwm.addChannel(pilot.pwm.chip, pilot.pwm.channel, (dutyPercent) => parts.pilot.drive(outputAt(dutyPercent)));
    parts.pilot.watch((reading) => {
      if (reading.kind !== 'volts') return;
      rig.analog.set(pilot.high, reading.high);
      rig.analog.set(pilot.low, reading.low);
    });
  }
  if (proximity !== undefined) {
    parts.proximity?.watch((reading) => {
      if (reading.kind === 'ohms') rig.analog.setOhms(proximity, reading.ohms);
    });
  }
  if (lock !== undefined) joinLock(lock, parts, rig);
}

/** Full duty is +12 V all the time, none −12 V. */
function outputAt(dutyPercent: number): PilotOutput {
  if (dutyPercent >= 100) return { kind: 'steady' };
  return dutyPercent > 0 ? { kind: 'pwm', dutyPercent } : { kind: 'unavailable' };
}

function joinLock(wiring: LockWiring, parts: Extract<SocketParts, { mode: 'mode3' }>, { lines, clock }: GlueRig): void {
  const feedback = lines.input(wiring.feedback);
  const driven = { lock: false, unlock: false };
  let state: LockFeedback = 'unknown';
  let goal: keyof typeof driven | undefined;
  let cancelPush: Cancel = () => undefined;
  parts.lock?.watch((now) => {
    state = now;
    // On its way the bolt's switch has not changed yet.
    if (now === 'locked' || now === 'unlocked') feedback(now === 'locked');
  });
  const push = (direction: keyof typeof driven): void => {
    // A bolt that is on its way is pushed on, not started anew.
    if (state === 'moving' && goal === direction) return;
    goal = direction;
    parts.lock?.[direction]();
  };
  const drive = (direction: keyof typeof driven, active: boolean): void => {
    driven[direction] = active;
    cancelPush();
    // Both sides at once brake the motor.
    if (driven.lock === driven.unlock) return;
    const pushed = driven.lock ? 'lock' : 'unlock';
    cancelPush = clock.at(clock.now() + boltMinMs, () => push(pushed));
  };
  lines.hear(wiring.lock, (active) => drive('lock', active));
  lines.hear(wiring.unlock, (active) => drive('unlock', active));
}

/** The monitor trips by its test current as by a real one; with a reset input it stays tripped until that is used. */
function joinResidual(wiring: ResidualWiring, parts: SocketParts, { lines, clock }: GlueRig, truth: SocketTruth): void {
  const trip = lines.input(wiring.trip);
  let flowed = false;
  let tested = false;
  let cancelTest: Cancel = () => undefined;
  const show = (): void => trip(flowed || tested);
  const unlatch = (): void => {
    parts.residual?.reset();
    if (flowed) clock.at(clock.now() + unlatchMs, unlatch);
  };
  parts.residual?.watch(({ tripped }) => {
    const begins = tripped && !flowed;
    flowed = tripped;
    show();
    if (begins && wiring.reset === undefined) unlatch();
  });
  lines.hear(wiring.test, (active) => {
    cancelTest();
    if (active) {
      cancelTest = clock.at(clock.now() + tripMs, () => {
        if (truth.residualTestFails()) return;
        tested = true;
        show();
      });
    } else if (wiring.reset === undefined) {
      tested = false;
      show();
    }
  });
  if (wiring.reset === undefined) return;
  lines.hear(wiring.reset, (active) => {
    if (!active) return;
    tested = false;
    parts.residual?.reset();
    show();
  });
}
