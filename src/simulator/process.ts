/** The process of a simulated station: it lives until a signal, or until its power is cut. */
import { join } from 'node:path';
import { fileWorldMemory } from '../drivers/sim/memory';
import { directoryBytes } from '../drivers/store/directory-size';
import { FileKeyFiles } from '../drivers/store/key-files';
import { openPatiently, untilDiskWorks } from '../drivers/store/patient-store';
import { messageOf } from '../hal/errors';
import type { Log } from '../hal/log';
import { programFile } from '../hal/program-files';
import type { RunningStation } from '../main';
import { WsTransport } from '../ocpp/link/ws-transport';
import { authoritiesOf } from '../terminal/authorities';
import { endOfProcess, exitCodes, reportError, whenSupervisorEnds } from '../terminal/exit';
import { Printer } from '../terminal/printer';
import { prepareStateDirectory } from '../terminal/state-directory';
import { removeStationFile, writeStationFile } from '../terminal/station-file';
import { Mains } from './mains';
import type { OwnSecurity } from './own-security';
import type { Pages } from './pages';
import { type ChosenRunOptions, firmwareRule, givenAddress, type RunOptions } from './run-options';
import { beginSession } from './session/begin';
import { RecordedTransport, recordedControl, recordedDraw, recordedStore, toldOf } from './session/recording';
import type { BenchSession } from './session/session';
import { slotsIn } from './simulated-slots';
import { simulatedTime } from './simulated-time';
import type { Simulation } from './simulation';

/**
 * Tells a service manager of the station, if there is one; what it returns ends that. `present` is undefined while the
 * station restarts.
 */
export type ServiceReport = (
  present: () => RunningStation | undefined,
  board: string,
  warn: (message: string) => void,
) => () => void;

/** Commands are taken when the first attempt to connect is over, or has taken this long, in ms. */
const controlAfterMs = 200;

/** Resolves with the exit code when the station has ended. */
export async function runSimulation(options: ChosenRunOptions, report: ServiceReport): Promise<number> {
  const named = authoritiesOf(options.csmsCa);
  const exposed = prepareStateDirectory(options.state);
  const own = securityOf(options);
  const ca = own ? [own.ca, ...(named === undefined ? [] : [named])].join('\n') : named;
  const mains = new Mains(options.state, options.seed);
  const openStore = () => mains.behind(openPatiently(join(options.state, 'store')));
  const firstStore = openStore();
  firstStore.catch(() => undefined); // told where it is awaited
  await untilDiskWorks(options.state);
  // Loaded while the disk is busy with the store, as the board is.
  require('ws');
  const { Simulation } = require('./simulation') as typeof import('./simulation');
  const { simulatedUpdates } = require('./simulated-updates') as typeof import('./simulated-updates');
  const { filesOf } = require('./simulated-files') as typeof import('./simulated-files');
  const { loadBoard } = require('../hal/board/board-file') as typeof import('../hal/board/board-file');
  const board = loadBoard(options.board ?? programFile('board/simulated-double.yaml'));
  const time = simulatedTime({ speed: options.speed, stepped: options.step });
  const { clock } = time;
  const printer = new Printer({ board, clock, json: options.json });
  const warn = (message: string): void => printer.warn(message);
  if (exposed !== undefined) warn(exposed);
  const ended = untilEnd(options);
  let opened = false;
  const memory = fileWorldMemory(join(options.state, 'world.json'), { clock, warn });
  const slots = slotsIn(options.state, { clock, warn });
  const address = givenAddress(options);
  const shown = own ? securityModule().configurationWithoutPassword(own) : {};
  const session = beginSession({ ...options, board, clock, memory, address, configuration: shown });
  const simulation = await Simulation.start({
    board,
    clock,
    openStore: async () => {
      const store = opened ? openStore() : firstStore;
      opened = true;
      return recordedStore(time.store(await store), session);
    },
    storeBytes: () => directoryBytes(join(options.state, 'store')),
    memory,
    slots,
    updates: simulatedUpdates({
      ...{ state: options.state, board, slots, rule: firmwareRule(options), listener: { clock, warn } },
      timeless: (work) => time.timeless(work),
    }),
    transport: new RecordedTransport(time.transport(new WsTransport({ ca, tell: warn })), session),
    log: warningsOnly(warn),
    configuration: own?.configuration ?? {},
    address,
    files: time.files(filesOf(options.state, board, ca, warn)),
    keyFiles: time.keyFiles(new FileKeyFiles(join(options.state, 'keys'))),
    seed: options.seed,
    onDraw: (value) => recordedDraw(value, session),
    followCentralTime: () => time.clock.isReal,
    wire: options.wire,
    onNotice: (notice) => {
      const told = toldOf(notice);
      if (told) session.note(told);
      printer.notice(notice);
    },
    onFrame: options.frames ? (frame) => printer.frame(frame) : undefined,
    onWarning: warn,
    onReset: (reset) => printer.event({ event: 'restarting', reset }),
    restarts: true,
    onFailure: (error) => ended.end(reportError(error)),
  });
  const endReport = report(() => (simulation.isRunning ? simulation.running : undefined), board.name, warn);
  let pages: Pages | undefined;
  let bench: string | undefined;
  try {
    await simulation.running.link.attempted(controlAfterMs);
    pages = await openPages(options, simulation, () => bench);
    bench = await openControl(options, simulation, session, printer, mains, pages, own, ended.end);
    return await ended.code;
  } finally {
    endReport();
    await pages?.close();
    await simulation.stop();
    printer.event({ event: 'ended' });
    if (!options.supervised) removeStationFile(options.state);
  }
}

/** Loaded when the station has connected. */
function openPages(options: RunOptions, simulation: Simulation, bench: () => string | undefined) {
  const { startPages } = require('./pages') as typeof import('./pages');
  return startPages(options, simulation, bench);
}

/** Resolves with the address of the bench page; undefined: there is none. */
async function openControl(
  options: ChosenRunOptions,
  simulation: Simulation,
  session: BenchSession,
  printer: Printer,
  mains: Mains,
  pages: Pages | undefined,
  own: OwnSecurity | undefined,
  end: (code: number) => void,
): Promise<string | undefined> {
  const { startControlServer } = require('../web/server') as typeof import('../web/server');
  const { benchOf } = require('./bench') as typeof import('./bench');
  const { benchPage } = require('./bench-page') as typeof import('./bench-page');
  const { simulationControl } = require('./control') as typeof import('./control');
  const controlled = simulationControl(simulation, {
    // As real as it gets: the process is killed, nothing is flushed, told or closed, and what was not flushed may be lost.
    cutPower: () => {
      mains.cut();
      process.kill(process.pid, 'SIGKILL');
    },
    quit: () => end(exitCodes.ok),
    session,
  });
  const control = recordedControl(controlled, session);
  if (own && !options.repowered) {
    const stored = simulation.running.configuration.text('AuthorizationKey');
    await securityModule().equip(control, own, stored, (line) => printer.warn(line));
  }
  const { stationWatch } = require('../control/station-watch') as typeof import('../control/station-watch');
  const watch = stationWatch(() => (simulation.isRunning ? simulation.running : undefined));
  const page = benchPage(benchOf(simulation, pages?.address), options);
  const { port } = await startControlServer(control, watch, { port: options.port }, page);
  try {
    writeStationFile(options.state, { port, pid: options.supervised ? process.ppid : process.pid });
  } catch (error) {
    // A full disk, as a rule: the station has come up, and can be worked at its port.
    printer.warn(`commands find this station by --port ${port} only: ${messageOf(error)}`);
  }
  if (options.repowered) printer.goOn();
  else {
    const { configuration } = simulation.running;
    const [csms, id] = [configuration.text('URL'), configuration.text('UID')];
    const ownCentralSystem = options.supervised === 'host' && csms === options.csms;
    printer.introduce({
      ...options,
      csms,
      id,
      port,
      hasBenchPage: page !== undefined,
      pages: pages?.address,
      ownCentralSystem,
      securityLine: own && securityModule().securityLine(own),
    });
  }
  process.stdout.on('error', () => end(exitCodes.ok)); // nobody listens any more
  return page && `http://127.0.0.1:${port}`;
}

/** Loaded only where the embedded central system has any. */
function securityModule(): typeof import('./own-security') {
  return require('./own-security') as typeof import('./own-security');
}

function securityOf(options: RunOptions): OwnSecurity | undefined {
  return options.security === undefined ? undefined : securityModule().ownSecurityOf(options);
}

/** Ends at a signal, or with the process that supervises this one. */
function untilEnd({ supervised }: RunOptions): { code: Promise<number>; end: (code: number) => void } {
  let end: (code: number) => void = () => {};
  const code = new Promise<number>((resolve) => {
    end = resolve;
  });
  void endOfProcess().then(() => end(exitCodes.ok));
  if (supervised) whenSupervisorEnds(() => end(exitCodes.ok));
  return { code, end };
}

function warningsOnly(warn: (message: string) => void): Log {
  return {
    info: () => {},
    warn: (fields, message) => {
      const details = Object.keys(fields).length === 0 ? '' : ` ${JSON.stringify(fields)}`;
      warn(`${message}${details}`);
    },
  };
}
