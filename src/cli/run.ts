/** The process of a station: `greenup run --csms`. A simulated one lives until a signal, or until its power is cut. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { RealClock } from '../drivers/clock/real-clock';
import { fileWorldMemory } from '../drivers/sim/memory';
import { LevelStore } from '../drivers/store/level-store';
import { boardOfRig } from '../hal/board/rig-board';
import type { Log } from '../hal/log';
import { programFile } from '../hal/program-files';
import { checkKey } from '../ocpp/config-keys/key-check';
import { WsTransport } from '../ocpp/link/ws-transport';
import { benchService } from '../simulator/bench-service';
import { simulatedTime } from '../simulator/simulated-time';
import { Simulation } from '../simulator/simulation';
import { removeBenchFile, writeBenchFile } from '../terminal/bench-file';
import { endOfProcess, exitCodes, reportError } from '../terminal/exit';
import { thisProgram } from '../terminal/this-program';
import { Printer } from './printer';
import { type RunOptions, runArguments, type StationOptions } from './run-options';

/** The bench is opened when the first attempt to connect is over, or has taken this long, in ms. */
const bench_after_ms = 200;

/** Resolves with the exit code when the station has ended. */
export async function runStation(options: StationOptions): Promise<number> {
  checkKey('URL', options.csms, '--csms');
  checkKey('UID', options.id, '--id');
  const rigBoard = boardOfRig(options.board);
  if (rigBoard) {
    const { runRig } = require('./run-rig') as typeof import('./run-rig');
    return runRig(options, rigBoard);
  }
  mkdirSync(options.state, { recursive: true });
  const openStore = () => LevelStore.open(join(options.state, 'store'));
  const firstStore = openStore();
  firstStore.catch(() => undefined); // told where it is awaited
  await turn();
  // Loaded while the disk is busy with the store.
  require('ws');
  await turn();
  const { loadBoard } = require('../hal/board/board-file') as typeof import('../hal/board/board-file');
  const board = loadBoard(options.board ?? programFile('board/simulated-double.yaml'));
  const time = simulatedTime({ speed: options.speed, stepped: options.step });
  const { clock } = time;
  const printer = new Printer({ board, clock, json: options.json });
  const ended = untilEnd(options);
  let opened = false;
  const simulation = await Simulation.start({
    board,
    clock,
    openStore: async () => {
      const store = opened ? openStore() : firstStore;
      opened = true;
      return time.store(await store);
    },
    memory: fileWorldMemory(join(options.state, 'world.json')),
    transport: time.transport(new WsTransport()),
    log: warningsOnly((message) => printer.tell({ event: 'warning', message })),
    configuration: {},
    // For this run the command line wins over what an earlier one left behind.
    overrides: { URL: options.csms, UID: options.id },
    seed: options.seed,
    followCentralTime: time.isReal,
    wire: options.wire,
    onHappening: (happening) => printer.tell(happening),
    onReset: 'restart',
    onFailure: (error) => ended.end(reportError(error)),
  });
  const hideFace = showFace(options, board.name, simulation, (message) => printer.tell({ event: 'warning', message }));
  try {
    await simulation.network.attempted(bench_after_ms);
    await openBench(options, simulation, printer, ended.end);
    return await ended.code;
  } finally {
    hideFace();
    await simulation.stop();
    if (!options.supervised) removeBenchFile(options.state);
  }
}

/** As a service on a rig, where it must tell that it lives; a station by hand has no such listener. */
function showFace(
  { state }: StationOptions,
  board: string,
  simulation: Simulation,
  warn: (message: string) => void,
): () => void {
  if (!process.env.NOTIFY_SOCKET) return () => {};
  const { ServiceFace } = require('../rig/service-reporter') as typeof import('../rig/service-reporter');
  const clock = new RealClock();
  const face = new ServiceFace({ board, state, clock, warn });
  // Its sockets run in this thread: whoever answers here is their loop.
  const safety = () => ({ ready: true, beatAt: clock.now(), turns: 0, longestGapMs: 0, busyShare: 0, busErrors: 0 });
  const cancel = face.show(() =>
    simulation.isRunning ? { running: simulation.running, safety: safety() } : undefined,
  );
  return () => {
    cancel();
    face.leave();
  };
}

async function openBench(
  options: StationOptions,
  simulation: Simulation,
  printer: Printer,
  end: (code: number) => void,
): Promise<void> {
  const { startBenchServer } = require('../web/bench/server') as typeof import('../web/bench/server');
  let port = options.port;
  const service = benchService(simulation, {
    cut: () => cutPower({ ...options, port }),
    quit: () => end(exitCodes.ok),
  });
  const server = await startBenchServer(service, port);
  port = server.port;
  writeBenchFile(options.state, { port, pid: options.supervised ? process.ppid : process.pid });
  printer.introduce({ ...options, port });
  process.stdout.on('error', () => end(exitCodes.ok)); // nobody listens any more
}

/** Ends at a signal, or with the process that supervises this one. */
function untilEnd({ supervised }: RunOptions): { code: Promise<number>; end: (code: number) => void } {
  let end: (code: number) => void = () => {};
  const code = new Promise<number>((resolve) => {
    end = resolve;
  });
  void endOfProcess().then(() => end(exitCodes.ok));
  if (supervised) process.on('disconnect', () => end(exitCodes.ok));
  return { code, end };
}

/** As real as it gets: the process is killed, and nothing is flushed, told or closed. */
function cutPower(options: RunOptions): void {
  if (!options.supervised) leaveMains(options);
  process.kill(process.pid, 'SIGKILL');
}

/** Somebody must be there to switch the power on again. */
function leaveMains(options: RunOptions): void {
  const { spawn } = require('node:child_process') as typeof import('node:child_process');
  const { port, state, json } = options;
  const station = runArguments({ ...options, supervised: 'mains', repowered: true });
  const [command, commandArguments] = thisProgram(['mains', JSON.stringify({ port, state, json, station })]);
  spawn(command, commandArguments, { stdio: 'inherit' });
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
