/** Bundles TypeScript by esbuild-wasm, in a process of its own: that of a busy Node.js 20 now and then dies of it. */
const { spawnSync } = require('node:child_process');
const { writeFileSync } = require('node:fs');
const { join } = require('node:path');

/** The bundler is WebAssembly, whose compiler in Node.js 20 now and then ends the process on a machine that is busy. */
const attemptsMax = 3;
const onceFlag = '--once';

const common = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  logLevel: 'warning',
  // `Check` is all that is used of it; the rest would be kept, for it is loaded by `require` here and there.
  alias: {
    '@sinclair/typebox/value': join(__dirname, '../node_modules/@sinclair/typebox/build/esm/value/check/index.mjs'),
  },
};

/** Native addons find their binary beside themselves, pino its worker files. */
const nativePackages = [
  'classic-level/package.json',
  'onoff',
  'i2c-bus',
  'spi-device',
  'mfrc522-rpi',
  'serialport',
  'bufferutil',
  'utf-8-validate',
];

/** What only a report, an update, a file for another machine or a request for a certificate needs: a start has less to read without them. */
const rarePackages = ['@peculiar/x509', 'basic-ftp', 'reflect-metadata', 'ssh2', 'yauzl', 'yazl'];

/**
 * The scripts of LevelDB are in the bundle, where the code cache has them: as thirty files they would be a quarter of what a
 * start adds to that of Node.js. Only its binary is still looked for beside its own package.json.
 */
const levelBinding = {
  name: 'level-binding',
  setup({ onLoad }) {
    const contents = `
      const { dirname } = require('node:path');
      module.exports = require('node-gyp-build')(dirname(require.resolve('classic-level/package.json')));`;
    onLoad({ filter: /[/\\]classic-level[/\\]binding\.js$/ }, () => ({ contents }));
  },
};

/** The place in the lock file of the package that a file of a bundle is from; undefined: it is of our own. */
function packageOf(file) {
  const [own, ...parts] = file.split('node_modules/');
  if (own === undefined || parts.length === 0) return undefined;
  const [name] = /^(@[^/]+\/)?[^/]+/.exec(parts.at(-1));
  return [...parts.slice(0, -1), name].map((part) => `node_modules/${part}`).join('');
}

/** Of all packages of which something is in the bundles, as esbuild tells it. */
function packagesOf({ outputs }) {
  const files = Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? file : [])),
  );
  return [...new Set(files.map(packageOf).filter((place) => place !== undefined))];
}

/**
 * Bundles with esbuild's options, and `metafilePath` for the file that tells what came into the bundle, and returns the exit
 * code; `packages` gets the places in the lock file of what is in the bundle. A crash of the bundler is tried again; what it
 * has to say against the sources is not.
 */
function bundle(options, packages = new Set()) {
  for (let attempt = 1; ; attempt += 1) {
    const child = spawnSync(process.execPath, [__filename, onceFlag, JSON.stringify(options)], { encoding: 'utf8' });
    const crashed = child.status !== 0 && /Fatal|service was stopped|service is no longer/i.test(child.stderr ?? '');
    if (!crashed || attempt === attemptsMax) {
      process.stderr.write(child.stderr ?? '');
      if (child.status === 0) for (const place of JSON.parse(child.stdout)) packages.add(place);
      return child.status ?? 1;
    }
    process.stderr.write(`the bundler crashed; attempt ${attempt + 1} of ${attemptsMax}\n`);
  }
}

if (process.argv[2] === onceFlag) {
  const { build } = require('esbuild-wasm');
  const { metafilePath, ...options } = JSON.parse(process.argv[3]);
  build({ ...common, plugins: [levelBinding], metafile: true, ...options })
    .then(({ metafile }) => {
      if (metafilePath) writeFileSync(metafilePath, JSON.stringify(metafile));
      process.stdout.write(JSON.stringify(packagesOf(metafile)));
    })
    .catch((error) => {
      if (!error.errors) process.stderr.write(`${error.message}\n`);
      process.exitCode = 1;
    });
}

module.exports = { bundle, nativePackages, rarePackages };
