/** Bundles the program into dist/: one file starts faster than a hundred. Native packages stay outside. */
const { version } = require('../package.json');
const { bundle, nativePackages } = require('./bundle');

process.exitCode = bundle({
  // A thread starts from a file of its own.
  entryPoints: {
    greenup: 'src/cli/greenup.ts',
    'safety-thread': 'src/rig/safety-thread.ts',
    'bus-thread': 'src/rig/bus-thread.ts',
    'card-thread': 'src/rig/card-thread.ts',
  },
  outdir: 'dist',
  minifySyntax: true,
  minifyWhitespace: true,
  sourcemap: 'linked',
  banner: { js: '#!/usr/bin/env node' },
  define: { 'process.env.GREENUP_VERSION': JSON.stringify(version) },
  external: nativePackages,
});
