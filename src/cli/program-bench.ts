/** The commands of the command line that talk to a running station's bench. */
import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import { namedValues, numberFrom, vehicleValues } from './arguments';

interface Place {
  port?: number;
  state?: string;
}

type Finish = (code: number) => void;

const port_max = 65_535;
const connectors_max = 4;
const connector = numberFrom(1, connectors_max);
const connectorOrStation = numberFrom(0, connectors_max);

/** Help begins with what somebody is likely to want. */
export function examples(rows: readonly (readonly [command: string, what: string])[]): string {
  const width = Math.max(...rows.map(([command]) => command.length));
  return ['Examples:', ...rows.map(([command, what]) => `  ${command.padEnd(width)}  ${what}`), ''].join('\n');
}

export function addBenchCommands(root: Command, finish: Finish): void {
  addVehicleCommands(root, finish);
  addFault(root, finish);
  addSurroundings(root, finish);
  addSwitches(root, finish);
  const status = root
    .command('status')
    .description('tells what goes on: status, limits, transaction, connection, and what is true in the world')
    .option('--json', 'as JSON')
    .option('--watch', 'again each second, until Ctrl-C');
  at(status).action(async (options: Place & { json?: boolean; watch?: boolean }) => {
    const { showStatus } = require('./status-command') as typeof import('./status-command');
    finish(await showStatus(options));
  });
}

function addVehicleCommands(root: Command, finish: Finish): void {
  const plug = root
    .command('plug')
    .description('plugs a vehicle in')
    .addHelpText(
      'before',
      examples([
        ['greenup plug 1', 'a vehicle with three phases and 32 A'],
        ['greenup plug 1 --cable 20 --ev phases=1,stateOfCharge=95', 'a thin cable, an almost full battery'],
        ['greenup plug 1 --ev zoe-like,stateOfCharge=50', 'a ready-made vehicle; docs/bench.md has them all'],
        ['greenup plug 1 --end station', 'a cable without vehicle; --end vehicle brings one'],
      ]),
    )
    .addArgument(new Argument('<connector>', 'connector number').argParser(connector))
    .addOption(
      new Option('--cable <amperes>', 'rating of the cable: 13, 20, 32 or 63 A (default: 32)').argParser(
        numberFrom(1, 63),
      ),
    )
    .option('--ev <name=value,…>', 'what the vehicle is like; a wrong name lists all of them', vehicleValues)
    .addOption(endOption());
  at(plug).action((id: number, { cable, ev, end, ...place }: Place & { cable?: number; ev?: object; end?: string }) =>
    ask(finish, place, 'plug', { connector: id, cable, ev, end }),
  );
  const unplug = root
    .command('unplug')
    .description("takes the vehicle's end out, and the station's end as soon as the lock lets go")
    .addArgument(new Argument('<connector>', 'connector number').argParser(connector))
    .addOption(endOption());
  at(unplug).action((id: number, { end, ...place }: Place & { end?: string }) =>
    ask(finish, place, 'unplug', { connector: id, end }),
  );
  const tap = root
    .command('tap')
    .description('holds a card to a reader')
    .addHelpText('before', examples([['greenup tap 04A1B2C3', 'starts a charge, and ends it the second time']]))
    .argument('<card>', 'number of the card: 8, 14 or 20 hexadecimal digits, or any text of 1 to 20 characters')
    .addOption(new Option('--side <side>', 'side of the station (default: the first)').choices(['right', 'left']));
  at(tap).action((card: string, { side, ...place }: Place & { side?: string }) =>
    ask(finish, place, 'tap', { card, side }),
  );
  const ev = root
    .command('ev')
    .description('changes the plugged vehicle')
    .addHelpText(
      'before',
      examples([
        ['greenup ev 1 --pause', 'the vehicle wants no energy for now'],
        ['greenup ev 1 --draw 10', 'it draws 10 A, whatever it is offered'],
        ['greenup ev 1 --set stateOfCharge=99,needsVentilation=true', 'anything else about it'],
      ]),
    )
    .addArgument(new Argument('<connector>', 'connector number').argParser(connector))
    .option('--pause', 'wants no energy')
    .addOption(new Option('--resume', 'wants energy again').conflicts('pause'))
    .option('--draw <amperes>', 'draws so much per phase; "auto": as much as it is offered', draw)
    .option('--set <name=value,…>', 'other options; a wrong name lists all of them', namedValues);
  at(ev).action((id: number, given: Place & VehicleChange) => {
    const { pause, resume, draw: drawA, set, ...place } = given;
    const change = {
      ...set,
      ...(pause ? { paused: true } : {}),
      ...(resume ? { paused: false } : {}),
      ...(drawA === undefined ? {} : { drawA: drawA === 'auto' ? null : drawA }),
    };
    if (Object.keys(change).length === 0) ev.error('error: say what changes: --pause, --resume, --draw or --set');
    return ask(finish, place, 'ev', { connector: id, change });
  });
}

function endOption(): Option {
  return new Option('--end <end>', 'only one end of the cable (default: both)').choices(['both', 'station', 'vehicle']);
}

interface VehicleChange {
  pause?: boolean;
  resume?: boolean;
  draw?: number | 'auto';
  set?: object;
}

function draw(text: string): number | 'auto' {
  if (text === 'auto') return 'auto';
  const amperes_max = 100;
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= amperes_max) return value;
  throw new InvalidArgumentError(`Must be a number from 0 to ${amperes_max}, or auto.`);
}

function addFault(root: Command, finish: Finish): void {
  const fault = root
    .command('fault')
    .description('brings a fault about, or clears it')
    .addHelpText(
      'before',
      examples([
        ['greenup fault 1 overTemperature', 'the outlet gets hot'],
        ['greenup fault 1 overTemperature --clear', 'and cools down'],
        ['greenup fault 0 supplyLost', 'the mains of the whole station'],
      ]),
    )
    .addHelpText('after', () => {
      const { simulatedFaults } = require('../drivers/sim/faults') as typeof import('../drivers/sim/faults');
      const rows = Object.entries(simulatedFaults).map(
        ([name, { description }]) => `  ${name.padEnd(18)} ${description}`,
      );
      return ['', 'Faults:', ...rows, '  or an OCPP error code such as GroundFailure'].join('\n');
    })
    .addArgument(new Argument('<connector>', 'connector number; 0: the whole station').argParser(connectorOrStation))
    .argument('<fault>', 'which one')
    .option('--clear', 'the cause has gone, and somebody has reset the station');
  at(fault).action((id: number, kind: string, { clear, ...place }: Place & { clear?: boolean }) =>
    ask(finish, place, 'fault', { connector: id, kind, present: clear !== true }),
  );
}

function addSurroundings(root: Command, finish: Finish): void {
  const world = root
    .command('world')
    .description('changes what surrounds an outlet, or the whole station')
    .addHelpText(
      'before',
      examples([
        ['greenup world 1 --set temperatureC=70', 'the outlet gets warm'],
        ['greenup world 1 --set residualMa=8', 'a leakage, of which the monitor trips by itself'],
        ['greenup world 0 --set voltageV=207', 'the mains of the whole station'],
      ]),
    )
    .addArgument(new Argument('<connector>', 'connector number; 0: the whole station').argParser(connectorOrStation))
    .requiredOption('--set <name=value,…>', 'what changes; a wrong name lists all of them', namedValues);
  at(world).action((id: number, { set, ...place }: Place & { set: object }) =>
    ask(finish, place, 'world', { connector: id, change: set }),
  );
  const flicker = root
    .command('flicker')
    .description('lets a signal show for a moment what is not so')
    .addHelpText('before', examples([['greenup flicker 1 lock --for 50', "the bolt's switch loses contact for 50 ms"]]))
    .addArgument(new Argument('<connector>', 'connector number').argParser(connector))
    .argument('<signal>', 'lock, contactor, pilotOpen or pilotShort')
    .requiredOption('--for <ms>', 'how long each lasts', numberFrom(1, 60_000))
    .option('--times <n>', 'how many (default: 1)', numberFrom(1, 10_000))
    .option('--every <ms>', 'from one to the next (default: twice as long as each lasts)', numberFrom(1, 60_000));
  at(flicker).action((id: number, signal: string, given: Place & { for: number; times?: number; every?: number }) => {
    const { for: forMs, times, every: everyMs, ...place } = given;
    return ask(finish, place, 'flicker', { connector: id, signal, forMs, times, everyMs });
  });
}

function addSwitches(root: Command, finish: Finish): void {
  const network = root
    .command('network')
    .description('pulls the network cable out, or puts it in')
    .addArgument(new Argument('<state>', 'down or up').choices(['down', 'up']));
  at(network).action((state: string, place: Place) => ask(finish, place, 'network', { state }));
  const power = root
    .command('power')
    .description("cuts the power (the station's process is killed at once), or switches it on again")
    .addArgument(new Argument('<state>', 'cut or on').choices(['cut', 'on']));
  at(power).action((state: 'cut' | 'on', place: Place) =>
    ask(finish, place, 'power', { state }, state === 'cut' ? 'off' : 'on'),
  );
  const advance = root
    .command('advance')
    .description('moves time on, where it stands still until told (greenup run --step)')
    .addHelpText('before', examples([['greenup advance 60000', 'a minute passes']]))
    .addArgument(new Argument('<ms>', 'how much, in ms').argParser(numberFrom(0, 3_600_000)));
  at(advance).action((ms: number, place: Place) => ask(finish, place, 'advance', { ms }));
  const stop = root
    .command('stop')
    .description('ends the transaction of a connector, as at the station')
    .addArgument(new Argument('<connector>', 'connector number').argParser(connector));
  at(stop).action((id: number, place: Place) => ask(finish, place, 'stop', { connector: id }));
  const quit = root.command('quit').description('ends the running station in an orderly way');
  at(quit).action((place: Place) => ask(finish, place, 'quit', {}));
}

/** Where the station is. */
function at(command: Command): Command {
  return command
    .option('--port <n>', 'bench port of the station (default: from bench.json)', numberFrom(1, port_max))
    .option('--state <dir>', 'state directory of the station (default: .greenup/state)');
}

async function ask(
  finish: Finish,
  place: Place,
  name: string,
  parameters: object,
  power?: 'on' | 'off',
): Promise<void> {
  const { BenchClient } = require('./bench-client') as typeof import('./bench-client');
  const client = BenchClient.find(place);
  const message = await client.run(name, parameters);
  if (power) await client.waitForPower(power);
  process.stdout.write(`${message}\n`);
  finish(0);
}
