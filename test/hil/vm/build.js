/** Bundles the emulator and the tests for the guest: build.js OUT_DIRECTORY. Native packages stay outside. */
const { build } = require('esbuild-wasm');

const outdir = process.argv[2];
if (outdir === undefined) {
  console.error('usage: node test/hil/vm/build.js OUT_DIRECTORY');
  process.exit(64);
}

build({
  entryPoints: {
    emulator: `${__dirname}/emulator/main.ts`,
    'chip-worker': `${__dirname}/emulator/chip-worker.ts`,
    selftest: `${__dirname}/selftest.ts`,
    endings: `${__dirname}/endings.ts`,
    service: `${__dirname}/service.ts`,
  },
  outdir,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  sourcemap: 'inline',
  external: ['onoff', 'i2c-bus', 'spi-device', 'mfrc522-rpi', 'serialport'],
  logLevel: 'warning',
}).catch(() => {
  process.exitCode = 1;
});
