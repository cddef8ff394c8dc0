/** Keeps the station of these options as a child, and prints what becomes of its power. */
import { paintFor } from '../terminal/colour';
import type { RunEvent } from '../terminal/run-events';
import { eventLine } from '../terminal/wording';
import { type RunOptions, runArguments } from './run-options';
import { Supervisor } from './supervisor';

/** Resolves with the exit code when all has ended. `hasMains`: somebody may cut the power, as only in simulation. */
export function supervise(options: RunOptions, hasMains: boolean): Promise<number> {
  const supervisor = new Supervisor({
    stationArguments: (again, port) => runArguments({ ...options, port, repowered: again }),
    port: options.port,
    hasMains,
    stateDirectory: options.state,
    noWeb: options.noWeb,
    onEvent: eventPrinter(options.json),
  });
  return supervisor.run();
}

/** Of what becomes of the process, beside what the station prints. */
export function eventPrinter(json: boolean): (event: RunEvent) => void {
  return (event) => {
    const paint = paintFor(process.stdout);
    const at = new Date();
    const time = paint('dim', at.toTimeString().slice(0, 8));
    const line = json ? JSON.stringify({ at: at.toISOString(), ...event }) : `${time}  ${eventLine(event, [], paint)}`;
    process.stdout.write(`${line}\n`);
  };
}
