/** Keeps a station as a child process whose power can be cut and restored; while it is off, answers in its place. */
import { type ChildProcess, spawn } from 'node:child_process';
import { endOfProcess, exitCodes, reportError } from '../terminal/exit';
import type { RunEvent } from '../terminal/run-events';
import { readStationFile, removeStationFile, writeStationFile } from '../terminal/station-file';
import { thisProgram } from '../terminal/this-program';
import type { ControlServer } from '../web/server';

export interface SupervisorOptions {
  /** The station's command line with the HTTP interface at `port`; `again` after its power was off. */
  stationArguments(again: boolean, port: number): string[];
  /** Port of the HTTP interface at the start; 0: any, and the same ever after. */
  port: number;
  /** False for a rig: nobody cuts its power here, and a station that was killed has died. */
  hasMains: boolean;
  stateDirectory: string;
  /** There are no pages. */
  noWeb: boolean;
  onEvent: (event: RunEvent) => void;
}

/** A station that was told to end has this long, in ms. */
const endingMaxMs = 10_000;
/** How long the port of a station that has just died may still be taken, in ms. */
const portMaxMs = 5_000;
const portPollMs = 50;

export class Supervisor {
  private child: ChildProcess | undefined;
  private server: ControlServer | undefined;
  private stopping = false;
  private starts = 0;
  private port: number;
  private finish: (code: number) => void = () => {};
  private readonly finished = new Promise<number>((resolve) => {
    this.finish = resolve;
  });

  constructor(private readonly options: SupervisorOptions) {
    this.port = options.port;
  }

  /** Begins with the power on; resolves with the exit code when all has ended. */
  async run(): Promise<number> {
    this.switchOn();
    void endOfProcess().then(() => this.stop());
    process.stdout.on('error', () => this.stop()); // nobody listens any more
    const code = await this.finished;
    await this.server?.close();
    removeStationFile(this.options.stateDirectory);
    return code;
  }

  private stop(): void {
    if (this.stopping) return;
    this.stopping = true;
    const { child } = this;
    if (!child) {
      this.options.onEvent({ event: 'ended' });
      this.finish(exitCodes.ok);
      return;
    }
    child.kill('SIGTERM');
    setTimeout(() => child.kill('SIGKILL'), endingMaxMs).unref();
  }

  private switchOn(): void {
    const [command, commandArguments] = thisProgram(this.options.stationArguments(this.starts > 0, this.port));
    this.starts += 1;
    // The channel tells the station when this process has gone, however it went.
    const child = spawn(command, commandArguments, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.child = child;
    child.on('error', (error) => this.finish(reportError(error)));
    child.on('exit', (code, signal) => {
      this.child = undefined;
      if (this.stopping) this.finish(exitCodes.ok);
      else if (signal === 'SIGKILL' && this.options.hasMains)
        void this.powerIsOff().catch((error) => this.finish(reportError(error)));
      else this.finish(code ?? exitCodes.failed);
    });
  }

  private async powerIsOff(): Promise<void> {
    const { stateDirectory, onEvent } = this.options;
    const place = readStationFile(stateDirectory);
    const server = await this.listen(place?.pid === process.pid ? place.port : this.port);
    this.server = server;
    this.port = server.port;
    writeStationFile(stateDirectory, { port: server.port, pid: process.pid });
    onEvent({ event: 'power', on: false });
    if (this.stopping) this.finish(exitCodes.ok);
  }

  private async listen(port: number): Promise<ControlServer> {
    // Loaded at the first power cut: until then the station does without.
    const { startControlServer } = require('../web/server') as typeof import('../web/server');
    const { powerOffControl, powerOffWatch } = require('./power-off') as typeof import('./power-off');
    const { benchPage, powerlessBench } = require('./bench-page') as typeof import('./bench-page');
    const control = powerOffControl({ powerOn: () => void this.restore(), quit: () => this.stop() });
    const page = benchPage(powerlessBench, this.options);
    for (const until = Date.now() + portMaxMs; ; ) {
      try {
        return await startControlServer(control, powerOffWatch, { port }, page);
      } catch (error) {
        if (this.stopping || Date.now() > until) throw error;
        await new Promise((resolve) => setTimeout(resolve, portPollMs));
      }
    }
  }

  private async restore(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    await server?.close();
    if (!this.stopping && !this.child) this.switchOn();
  }
}
