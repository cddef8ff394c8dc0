/** Tells systemd that the station is ready and alive (sd_notify), by its own program: Node.js has no datagram sockets of Unix. */
import { spawn } from 'node:child_process';
import type { Cancel, Clock } from '../hal/clock';

/** Hands words such as `READY=1` to the service manager. */
export type Notify = (...words: string[]) => void;

/** Runs `systemd-notify`; does nothing outside of a service. */
export function systemdNotify(environment: NodeJS.ProcessEnv = process.env): Notify {
  if (!environment.NOTIFY_SOCKET) return () => {};
  return (...words) => {
    const child = spawn('systemd-notify', words, { stdio: 'ignore' });
    child.on('error', () => {}); // without the program the service would have been ended by its time-out
  };
}

export interface AliveOptions {
  clock: Clock;
  notify: Notify;
  /** Whether the safety loop ran lately. */
  alive: () => boolean;
  environment?: NodeJS.ProcessEnv;
}

/** After a block of the main thread the word of the loop is still in the queue: it is looked for again so soon, in ms. */
const lookAgainMs = 100;

/** Feeds the watchdog of systemd at a quarter of its time, only while the safety loop runs. */
export function feedServiceWatchdog({ clock, notify, alive, environment = process.env }: AliveOptions): Cancel {
  const timeoutMs = Number(environment.WATCHDOG_USEC ?? 0) / 1_000;
  if (!(timeoutMs > 0)) return () => {};
  let cancel: Cancel = () => {};
  const feed = (): void => {
    const isAlive = alive();
    if (isAlive) notify('WATCHDOG=1');
    cancel = clock.at(clock.now() + (isAlive ? timeoutMs / 4 : lookAgainMs), feed);
  };
  feed();
  return () => cancel();
}
