/**
 * Compiles the program's bundle with V8's code cache, where there is one that fits: compiling is a quarter of what a start
 * costs the processor. Without one, or with one that V8 does not take, everything is as it is, only later.
 */
import { chmodSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';

export interface Bundle {
  /** In ASCII, as the bundler writes it. */
  path: string;
  /** Of its text. V8 itself looks at the length only, and another program may be as long. */
  digest: string;
  /** What is to be done with it: each use has a cache of its own, which holds what that use has run and no more. */
  use: string;
}

export interface CompiledBundle {
  script: Script;
  isFromCache: boolean;
}

const extension = '.code-cache';
const [before, after] = ['(function (exports, require, module, __filename, __dirname) {', '\n})'];

export class CodeCache {
  constructor(
    private readonly bundle: Bundle,
    /** Looked through in this order. */
    private readonly directories: readonly string[],
  ) {}

  compile(): CompiledBundle {
    const { path } = this.bundle;
    const source = wrapped(path);
    const place = { filename: path, columnOffset: -before.length };
    for (const directory of this.directories) {
      const cachedData = read(join(directory, this.name));
      if (!cachedData) continue;
      const script = new Script(source, { ...place, cachedData });
      // V8 judges by its version and flags.
      if (script.cachedDataRejected === false) return { script, isFromCache: true };
    }
    return { script: new Script(source, place), isFromCache: false };
  }

  /** Keeps what has been compiled so far for later starts of this use; what is of other programs goes. It may fail in silence. */
  keep({ script }: CompiledBundle, directory: string): void {
    try {
      mkdirSync(directory, { recursive: true });
      const own = join(directory, this.name);
      const temporary = `${own}.${process.pid}`;
      writeFileSync(temporary, script.createCachedData());
      // What a build keeps is for whoever runs the program.
      chmodSync(temporary, 0o644);
      renameSync(temporary, own);
      for (const name of readdirSync(directory)) {
        if (name.includes(extension) && !name.startsWith(this.origin)) rmSync(join(directory, name));
      }
    } catch {
      // A directory that cannot be written, or a full disk: the next start compiles again.
    }
  }

  private get name(): string {
    return `${this.origin}-${this.bundle.use}${extension}`;
  }

  /** Program and Node.js, of which another one's caches are of no use. */
  private get origin(): string {
    return `${this.bundle.digest}-${process.version}-${process.arch}`;
  }
}

/** Put together before it is a text: two texts of this size would stay in memory for long beside the one of both. */
function wrapped(path: string): string {
  return Buffer.concat([Buffer.from(before), readFileSync(path), Buffer.from(after)]).toString('latin1');
}

/** A cache is code: it is taken only where nobody else but root could have written it. */
function read(path: string): Buffer | undefined {
  try {
    const { uid, mode } = statSync(path);
    const isOurs = uid === 0 || uid === process.geteuid?.();
    return isOurs && (mode & 0o022) === 0 ? readFileSync(path) : undefined;
  } catch {
    return undefined;
  }
}
