/** What tests of several programs begin with: a directory, a central system, and an environment without a service manager's words. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PlainCentral, Program } from './built-program';

export class Scene {
  readonly directory: string;
  /** For the state of a station. */
  readonly state: string;
  readonly programs: Program[] = [];

  private constructor(
    name: string,
    readonly central: PlainCentral,
  ) {
    this.directory = mkdtempSync(join(tmpdir(), `greenup-${name}-`));
    this.state = join(this.directory, 'state');
  }

  static async begin(name: string): Promise<Scene> {
    const { RUNTIME_DIRECTORY: _service, NOTIFY_SOCKET: _socket, ...environment } = process.env;
    jest.replaceProperty(process, 'env', environment);
    return new Scene(name, await PlainCentral.start());
  }

  /** Ends with the scene. */
  start(...words: string[]): Program {
    const program = new Program(...words);
    this.programs.push(program);
    return program;
  }

  async end(): Promise<void> {
    jest.restoreAllMocks();
    for (const { child } of this.programs) child.kill('SIGKILL');
    await Promise.all(this.programs.map(({ ended }) => ended));
    this.central.stop();
    rmSync(this.directory, { recursive: true, force: true });
  }
}
