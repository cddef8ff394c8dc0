/** Bundles the program into dist/greenup.js: one file starts faster than a hundred. Native packages stay outside. */
const { build } = require('esbuild-wasm');
const { version } = require('../package.json');

build({
  // A thread starts from a file of its own.
  entryPoints: {
    greenup: 'src/cli/greenup.ts',
    'safety-thread': 'src/rig/safety-thread.ts',
    'card-thread': 'src/rig/card-thread.ts',
  },
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  minifySyntax: true,
  minifyWhitespace: true,
  sourcemap: 'linked',
  banner: { js: '#!/usr/bin/env node' },
  define: { 'process.env.GREENUP_VERSION': JSON.stringify(version) },
  // Native addons find their binary beside themselves, pino its worker files.
  external: ['classic-level', 'onoff', 'i2c-bus', 'spi-device', 'mfrc522-rpi', 'serialport', 'bufferutil', 'utf-8-validate'],
  logLevel: 'warning',
}).catch(() => {
  process.exitCode = 1;
});
