/**
 * Scratch directories of a run lie in memory, where there is some: to flush a file to a disk takes longer than most tests, and
 * many flush. Who sets TMPDIR has another place for them. All of it is removed when the run ends.
 */
const { spawnSync } = require('node:child_process');
const { chmodSync, mkdtempSync, rmSync, statfsSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

const memory = '/dev/shm';
/** A run leaves some 50 MB; a container often has 64 MB here. */
const roomMinBytes = 1 << 30;

/** Programs are among what tests write, and a directory may forbid to run them. */
function runsPrograms(directory) {
  const program = join(directory, 'program');
  writeFileSync(program, '#!/bin/sh\n', { mode: 0o755 });
  return spawnSync(program).status === 0;
}

/** A new directory under `root`; undefined where that is missing, too small, or not for programs. */
function scratchIn(root, roomBytes = roomMinBytes) {
  let directory;
  try {
    const { bavail, bsize } = statfsSync(root);
    if (bavail * bsize < roomBytes) return undefined;
    directory = mkdtempSync(join(root, 'greenup-tests-'));
    // As open as the usual one is: some tests are another user for a moment.
    chmodSync(directory, 0o1777);
  } catch {
    return undefined;
  }
  if (runsPrograms(directory)) return directory;
  rmSync(directory, { recursive: true });
  return undefined;
}

function useScratch() {
  const directory = process.env.TMPDIR ? undefined : scratchIn(memory);
  if (!directory) return;
  process.env.TMPDIR = directory;
  process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
}

// Jest calls it before the first test.
module.exports = useScratch;
module.exports.scratchIn = scratchIn;
