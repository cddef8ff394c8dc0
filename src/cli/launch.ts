/** The first file of the program: compiles the rest, from the code cache of the build or of an earlier start, and runs it. */
import { dirname, join } from 'node:path';
import { CodeCache } from '../terminal/code-cache';

/** A service keeps its cache so long after its start, in ms: by then what a start needs has been compiled. */
const keepAfterMs = 60_000;

/** Commands whose process is a station; what else there is has a cache together. */
const stations = ['run', 'bench'];

const path = join(__dirname, 'program.js');
const [, , command = ''] = process.argv;
const use = stations.includes(command) ? command : 'commands';
// Of a service under systemd; on a rig the release itself stays as it was installed.
const state = process.env.STATE_DIRECTORY;
const ofService = state === undefined ? [] : [join(state, 'code-cache')];
const cache = new CodeCache({ path, digest: process.env.GREENUP_PROGRAM_DIGEST ?? '', use }, [__dirname, ...ofService]);
const compiled = cache.compile();
const run = compiled.script.runInThisContext() as (...scope: unknown[]) => void;
run.call(module.exports, module.exports, require, module, path, dirname(path));

// The build asks for the cache of what has been used until the end.
if (process.env.GREENUP_CODE_CACHE === 'keep') process.on('exit', () => cache.keep(compiled, __dirname));
else if (!compiled.isFromCache) {
  for (const directory of ofService) setTimeout(() => cache.keep(compiled, directory), keepAfterMs).unref();
}
