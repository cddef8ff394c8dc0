/** The processes that supervise a station: the one with the embedded central system, and the one a power cut leaves. */
import { CentralSystem } from '../csms/central-system';
import { boardOfRig } from '../hal/board/rig-board';
import { paintFor } from '../terminal/colour';
import type { RunEvent } from '../terminal/run-events';
import { prepareStateDirectory } from '../terminal/state-directory';
import { eventLine } from '../terminal/wording';
import { type RunOptions, runArguments } from './run-options';
import { Supervisor } from './supervisor';

/** `greenup run` without --csms: hosts a central system and keeps the station as a child. */
export async function runHost(options: RunOptions): Promise<number> {
  prepareStateDirectory(options.state);
  const central = new CentralSystem();
  const { url } = await central.start();
  const supervisor = new Supervisor({
    stationArguments: (again, port) =>
      runArguments({ ...options, port, csms: url, supervised: 'host', repowered: again }),
    port: options.port,
    hasMains: boardOfRig(options.board) === undefined,
    stateDirectory: options.state,
    onEvent: printer(options.json),
  });
  try {
    return await supervisor.run('on');
  } finally {
    await central.stop();
  }
}

/** What a station without a supervisor leaves behind when its power is cut. */
export interface MainsOptions {
  port: number;
  state: string;
  json: boolean;
  /** The station's command line. */
  station: string[];
}

export function runMains({ port, state, json, station }: MainsOptions): Promise<number> {
  const supervisor = new Supervisor({
    stationArguments: () => station,
    port,
    hasMains: true,
    stateDirectory: state,
    onEvent: printer(json),
  });
  return supervisor.run('off');
}

function printer(json: boolean): (event: RunEvent) => void {
  const paint = paintFor(process.stdout);
  return (event) => {
    const at = new Date();
    const time = paint('dim', at.toTimeString().slice(0, 8));
    const line = json ? JSON.stringify({ at: at.toISOString(), ...event }) : `${time}  ${eventLine(event, [], paint)}`;
    process.stdout.write(`${line}\n`);
  };
}
