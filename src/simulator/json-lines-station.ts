/** The station of `greenup bench` with its machine interface, from the store that opens to the end. */
import { join } from 'node:path';
import { stationControl } from '../control/station-commands';
import { fileWorldMemory } from '../drivers/sim/memory';
import type { UnflushedLoss } from '../drivers/sim/unflushed-loss';
import { FileKeyFiles } from '../drivers/store/key-files';
import { messageOf } from '../hal/errors';
import { WsTransport } from '../ocpp/link/ws-transport';
import { ExitError, endOfProcess, exitCodes } from '../terminal/exit';
import { DeferredLog } from '../terminal/log';
import { simulationControl } from './control';
import { installTrust } from './given-trust';
import type { Init } from './init-file';
import { JsonLines } from './json-lines';
import type { Mains } from './mains';
import { filesOf } from './simulated-files';
import { slotsIn } from './simulated-slots';
import { simulatedTime } from './simulated-time';
import { simulatedUpdates } from './simulated-updates';
import { Simulation } from './simulation';

export interface JsonLinesStation {
  init: Init;
  /** Of what outlives the process. */
  directory: string;
  mains: Mains;
  /** Of the directory. */
  store: Promise<UnflushedLoss>;
}

/** Commands are taken when the first attempt to connect is over, or has taken this long, in ms. */
const readyAfterMs = 50;
/** The logger is loaded this long after the start, in ms. */
const logAfterMs = 300;

/** Resolves with the exit code. */
export async function runJsonLinesStation({ init, directory, mains, store }: JsonLinesStation): Promise<number> {
  const log = new DeferredLog();
  for (const remark of init.remarks) log.warn({}, remark);
  let end: (code: number) => void = () => {};
  const ended = new Promise<number>((resolve) => {
    end = resolve;
  });
  const time = simulatedTime(init.time);
  const warn = (message: string): void => log.warn({}, message);
  const slots = slotsIn(directory, { clock: time.clock, warn });
  const simulation = await Simulation.start({
    board: init.board,
    clock: time.clock,
    openStore: async () => time.store(await store),
    memory: fileWorldMemory(join(directory, 'world.json'), { clock: time.clock, warn }),
    slots,
    updates: simulatedUpdates({
      ...{ state: directory, board: init.board, slots, rule: { takes: 'any' }, listener: { clock: time.clock, warn } },
      timeless: (work) => time.timeless(work),
    }),
    transport: time.transport(new WsTransport({ ca: init.ca, takesAnyName: init.takesAnyName, tell: warn })),
    files: time.files(filesOf(directory, init.board, init.ca, warn)),
    keyFiles: time.keyFiles(new FileKeyFiles(join(directory, 'keys'))),
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
  await giveTrust(simulation, init);
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
  return code;
}

/** At the first start alone: what became of it since is the central system's. */
async function giveTrust(simulation: Simulation, { trust }: Init): Promise<void> {
  if (trust.length === 0 || simulation.running.boot > 1) return;
  try {
    await installTrust(
      stationControl(() => simulation.running),
      trust,
    );
  } catch (error) {
    await simulation.stop();
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
