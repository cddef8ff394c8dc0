/** Bundles the program into dist/: one file starts faster than a hundred. Native packages stay outside. */
const { spawnSync } = require('node:child_process');
const { version } = require('../package.json');

/** The bundler is WebAssembly, whose compiler in Node.js 20 now and then ends the process on a machine that is busy. */
const attempts_max = 3;
const onceFlag = '--once';

async function bundle() {
  const { build } = require('esbuild-wasm');
  await build({
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
    external: [
      'classic-level',
      'onoff',
      'i2c-bus',
      'spi-device',
      'mfrc522-rpi',
      'serialport',
      'bufferutil',
      'utf-8-validate',
    ],
    logLevel: 'warning',
  });
}

/** A crash of the bundler is tried again; what it has to say against the sources is not. */
function bundleInProcess() {
  for (let attempt = 1; attempt <= attempts_max; attempt += 1) {
    const child = spawnSync(process.execPath, [__filename, onceFlag], { encoding: 'utf8' });
    const crashed = child.status !== 0 && /Fatal|service was stopped|service is no longer/i.test(child.stderr ?? '');
    if (!crashed || attempt === attempts_max) {
      process.stderr.write(child.stderr ?? '');
      process.exitCode = child.status ?? 1;
      return;
    }
    process.stderr.write(`the bundler crashed; attempt ${attempt + 1} of ${attempts_max}\n`);
  }
}

if (process.argv.includes(onceFlag)) {
  bundle().catch((error) => {
    if (!error.errors) process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
} else bundleInProcess();
