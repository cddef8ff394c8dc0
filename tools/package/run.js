/** Runs other programs for the package scripts; what they say is shown only when they fail. */
const { spawnSync } = require('node:child_process');

/** The standard output of a program that ended well; throws with all its output otherwise. */
function run(program, words, options = {}) {
  const { status, error, stdout, stderr } = spawnSync(program, words, {
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    ...options,
  });
  if (error) throw new Error(`${program} cannot be run: ${error.message}`);
  if (status === 0) return stdout;
  throw new Error(`${program} ${words.join(' ')} failed with exit code ${status}:\n${stdout}${stderr}`);
}

/** True if the program is on the path. */
function has(program) {
  return spawnSync('/bin/sh', ['-c', 'command -v -- "$1"', 'sh', program], { stdio: 'ignore' }).status === 0;
}

module.exports = { has, run };
