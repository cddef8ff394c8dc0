/**
 * Bundles the program into dist/: one file starts faster than a hundred. Native packages stay outside, and so do those that
 * are rarely needed. `greenup.js` loads `program.js` with the code caches that this build makes for the Node.js which it
 * runs on.
 */
const { createHash } = require('node:crypto');
const { readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { version } = require('../package.json');
const { bundle, nativePackages, rarePackages } = require('./bundle');
const { makeCodeCaches } = require('./code-cache');
const { sbomOf } = require('./package/sbom');
const { writePages } = require('./pages');

const dist = join(__dirname, '..', 'dist');
const common = {
  outdir: 'dist',
  minifySyntax: true,
  minifyWhitespace: true,
  sourcemap: 'linked',
  external: [...nativePackages, ...rarePackages],
};

/** What is in the program, beside it: `greenup` itself does not read it. */
function writeSbom(packages) {
  const lock = JSON.parse(readFileSync(join(__dirname, '..', 'package-lock.json'), 'utf8'));
  writeFileSync(join(dist, 'sbom.cdx.json'), `${JSON.stringify(sbomOf(lock, [...packages].sort()), null, 1)}\n`);
}

function build() {
  const packages = new Set();
  const program = {
    ...common,
    // A thread starts from a file of its own.
    entryPoints: {
      program: 'src/cli/greenup.ts',
      'safety-thread': 'src/rig/safety-thread.ts',
      'bus-thread': 'src/rig/bus-thread.ts',
      'card-thread': 'src/rig/card-thread.ts',
      'page-thread': 'src/rig/page-thread.ts',
    },
    define: { 'process.env.GREENUP_VERSION': JSON.stringify(version) },
  };
  const failed = bundle(program, packages) || writePages(join(dist, 'pages.json'), packages);
  if (failed) return failed;
  writeSbom(packages);
  const digest = createHash('sha256')
    .update(readFileSync(join(dist, 'program.js')))
    .digest('hex')
    .slice(0, 16);
  return bundle({
    ...common,
    entryPoints: { greenup: 'src/cli/launch.ts' },
    banner: { js: '#!/usr/bin/env node' },
    define: { 'process.env.GREENUP_PROGRAM_DIGEST': JSON.stringify(digest) },
  });
}

process.exitCode = build();
if (process.exitCode === 0) {
  makeCodeCaches().catch((error) =>
    process.stderr.write(`the program has not all of its code caches: ${error.message}\n`),
  );
}
