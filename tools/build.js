/** Bundles the program into dist/greenup.js: one file starts faster than a hundred. Native packages stay outside. */
const { build } = require('esbuild-wasm');
const { version } = require('../package.json');

build({
  entryPoints: { greenup: 'src/cli/greenup.ts' },
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
  external: ['classic-level', 'onoff', 'i2c-bus', 'mfrc522-rpi', 'serialport', 'bufferutil', 'utf-8-validate'],
  logLevel: 'warning',
}).catch(() => {
  process.exitCode = 1;
});
