/** The command line of `greenup`: its commands, in the order of the help. What a command needs is loaded when it is run. */
import { Command } from 'commander';
import { addAdvance } from './advance';
import { addAvailability } from './availability';
import { addBackup, addRestore } from './backup';
import { addBench } from './bench';
import { addBoard } from './board';
import { addCall } from './call';
import { addCards, addHistory } from './cards';
import { addCentralFault } from './central-fault';
import { addClear } from './clear';
import { type AddCommand, examples, type Finish } from './command';
import { addCompletion } from './completion';
import { addDemo } from './demo';
import { addEv } from './ev';
import { addFactoryReset } from './factory-reset';
import { addFault } from './fault';
import { addFleet } from './fleet';
import { addFlicker } from './flicker';
import { addFrames } from './frames';
import { addHealth } from './health';
import { addHil } from './hil';
import { addHosts } from './hosts';
import { addMan } from './man';
import { addConnection, addMetrics, addMode, addPassword } from './mode';
import { addNetwork } from './network';
import { addPackage } from './package';
import { addPlug } from './plug';
import { addPower } from './power';
import { addQuit } from './quit';
import { addReplay, addSession, addStory } from './replay';
import { addReport } from './report';
import { addRig } from './rig';
import { addRun } from './run';
import { addSafeState } from './safe-state';
import { addSecurity } from './security';
import { addSet } from './set';
import { addStatus } from './status';
import { addStop } from './stop';
import { addTap } from './tap';
import { addTime } from './time';
import { addUnlock } from './unlock';
import { addUnplug } from './unplug';
import { addUpdate } from './update';
import { addUpdateFault } from './update-fault';
import { tellUsage } from './usage';
import { addWait } from './wait';
import { addWorld } from './world';

const commands: readonly AddCommand[] = [
  addRun,
  addDemo,
  addStatus,
  addFrames,
  addReport,
  addWait,
  // For any station that runs.
  addStop,
  addUnlock,
  addClear,
  addAvailability,
  addSet,
  addMode,
  addConnection,
  addPassword,
  addMetrics,
  addCards,
  addHistory,
  addFactoryReset,
  addHosts,
  addSecurity,
  addBackup,
  addRestore,
  addUpdate,
  // For a simulated one.
  addPlug,
  addUnplug,
  addTap,
  addEv,
  addFault,
  addUpdateFault,
  addWorld,
  addFlicker,
  addNetwork,
  addPower,
  addTime,
  addAdvance,
  addCall,
  addCentralFault,
  addQuit,
  addBench,
  addSession,
  addStory,
  addReplay,
  // For many of them.
  addFleet,
  // For boards and rigs.
  addBoard,
  addHealth,
  addHil,
  addSafeState,
  addRig,
  addPackage,
  addCompletion,
  addMan,
];

/** `finish` is told the exit code of the command that ran. */
export function program(version: string, finish: Finish): Command {
  const root = new Command('greenup')
    .description("A Green'Up charging station with OCPP 1.6J: simulated, on the bench, and tried out.")
    .version(version)
    .addHelpText(
      'before',
      examples([
        ['greenup demo', 'one whole charge, quickly'],
        ['greenup run', 'a simulated station with a central system of its own'],
        ['greenup plug 1', 'in another terminal: a car is plugged in'],
        ['greenup tap 04A1B2C3', 'its driver shows a card'],
        ['greenup status --watch', 'what goes on, on a rig too'],
        ['greenup run --csms ws://localhost:9000/ocpp --id CP1', 'a station for your own central system'],
      ]),
    )
    .addHelpText('after', '\nExit codes: 0 done, 1 refused or failed, 2 wrong command line, 3 no station is running.');
  for (const add of commands) add(root, finish);
  for (const command of [root, ...root.commands, ...root.commands.flatMap((c) => c.commands)]) tellUsage(command);
  return root;
}
