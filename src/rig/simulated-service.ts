/** A simulated station as a service of systemd: it is ready, alive and healthy by the same words as one on a rig. */
import { RealClock } from '../drivers/clock/real-clock';
import type { RunningStation } from '../main';
import { ReleaseSlots } from '../release/release-slots';
import { ServiceReporter } from './service-reporter';

export interface SimulatedServiceOptions {
  /** Name of the board. */
  board: string;
  /** State directory of the station. */
  state: string;
  /** undefined while it restarts. */
  present(): RunningStation | undefined;
  warn(message: string): void;
}

/** Until what it returns is called. */
export function reportAsService({ board, state, present, warn }: SimulatedServiceOptions): () => void {
  const clock = new RealClock();
  const slots = new ReleaseSlots();
  const confirm = async (): Promise<void> => {
    await slots.confirm();
    await present()?.confirmRelease();
  };
  const giveUp = async (reason: string): Promise<void> => {
    await slots.back(reason);
    present()?.station.post({ kind: 'reset', hard: false });
  };
  const reporter = new ServiceReporter({
    board,
    state,
    clock,
    slots: { confirm, running: () => slots.running(), versions: () => slots.versions() },
    giveUp,
    warn,
  });
  // Its sockets run in this thread, in simulated time: whoever answers here is their loop, and it is never late.
  const loop = { turns: 0, longestGapMs: 0, busyShare: 0, busErrors: 0, lateSeconds: 0, worstGapMs: 0, isLate: false };
  const safety = () => ({ ready: true, beatAt: clock.now(), ...loop });
  const cancel = reporter.show(() => {
    const running = present();
    return running && { running, safety: safety() };
  });
  return () => {
    cancel();
    reporter.leave();
  };
}
