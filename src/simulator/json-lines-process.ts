/** `greenup bench INIT.json`: one simulated station as the child process of a test program. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as eventLoopGoesOn } from 'node:timers/promises';
import { fileWorldMemory } from '../drivers/sim/memory';
import { openPatiently } from '../drivers/store/patient-store';
import { messageOf } from '../hal/errors';
import { WsTransport } from '../ocpp/link/ws-transport';
import { ExitError, endOfProcess, exitCodes } from '../terminal/exit';
import { DeferredLog } from '../terminal/log';
import { prepareStateDirectory } from '../terminal/state-directory';
import { simulationControl } from './control';
import { type Init, readInitFile } from './init-file';
import { JsonLines } from './json-lines';
import { Mains } from './mains';
import { slotsIn } from './simulated-slots';
import { simulatedTime } from './simulated-time';
import { Simulation } from './simulation';

/** Commands are taken when the first attempt to connect is over, or has taken this long, in ms. */
const readyAfterMs = 50;
/** The logger is loaded this long after the start, in ms. */
const logAfterMs = 300;

/** Resolves with the exit code: 0 after the end of the input, a signal or a soft reset, 3 after a hard reset. */
export async function runJsonLines(initPath: string): Promise<number> {
  const init = initOf(initPath);
  const directory = init.dataDirectory ?? mkdtempSync(join(tmpdir(), 'greenup-'));
  prepareStateDirectory(directory, `${initPath}: data_dir`);
  const mains = new Mains(directory, init.seed);
  const opening = mains.behind(openPatiently(join(directory, 'store')));
  opening.catch(() => undefined); // told where it is awaited
  await eventLoopGoesOn();
  // Loaded while the disk is busy with the store.
  require('ws');
  const log = new DeferredLog();
  for (const remark of init.remarks) log.warn({}, remark);
  let end: (code: number) => void = () => {};
  const ended = new Promise<number>((resolve) => {
    end = resolve;
  });
  const time = simulatedTime(init.time);
  const warn = (message: string): void => log.warn({}, message);
  const simulation = await Simulation.start({
    board: init.board,
    clock: time.clock,
    openStore: async () => time.store(await opening),
    memory: fileWorldMemory(join(directory, 'world.json'), { clock: time.clock, warn }),
    slots: slotsIn(directory, { clock: time.clock, warn }),
    transport: time.transport(new WsTransport({ ca: init.ca })),
    log,
    configuration: init.configuration,
    ...(init.seed === undefined ? {} : { seed: init.seed }),
    followCentralTime: () => time.clock.isReal,
    onNotice: (notice) => {
      if (notice.kind === 'requestRefused') log.warn({ refused: notice }, notice.text);
      if (notice.kind === 'cardRefused')
        log.warn({ refused: notice }, `card ${notice.idTag} is refused: ${notice.reason}`);
    },
    onFrame: init.frames
      ? (frame) => log.info({ frame }, `${frame.direction} ${frame.message ?? 'a frame'}`)
      : undefined,
    onWarning: warn,
    // The test program starts it again: what follows is a new boot, as it is after a power cut.
    onReset: (how) => end(how === 'hard' ? exitCodes.hardReset : exitCodes.ok),
    restarts: false,
  });
  await simulation.running.link.attempted(readyAfterMs);
  setTimeout(() => log.open(), logAfterMs).unref();
  void endOfProcess().then(() => end(exitCodes.ok));
  const control = simulationControl(simulation, {
    cutPower: () => {
      mains.cut();
      process.kill(process.pid, 'SIGKILL');
    },
    quit: () => end(exitCodes.ok),
  });
  const answer = (line: string) => process.stdout.write(`${line}\n`);
  const lines = new JsonLines({ simulation, control, answer, log });
  listen(lines, () => end(exitCodes.ok));
  const code = await ended;
  await lines.stationEnded('the station has ended');
  await simulation.stop();
  log.open();
  if (init.dataDirectory === undefined) rmSync(directory, { recursive: true, force: true });
  return code;
}

function initOf(path: string): Init {
  try {
    return readInitFile(path);
  } catch (error) {
    throw new ExitError(exitCodes.usage, messageOf(error));
  }
}

function listen(lines: JsonLines, onEnd: () => void): void {
  process.stdin.setEncoding('utf8');
  process.stdin.on('data', (piece: string) => lines.receive(piece));
  process.stdin.on('end', () => void lines.end().then(onEnd));
  process.stdout.on('error', onEnd); // nobody reads the answers any more
  process.stdout.write('{"ready":true}\n');
}
