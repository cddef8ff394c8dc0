/**
 * Makes the files of the pages, dist/pages.json: bundled by esbuild, with the etag and the brotli form of each, so that a station
 * compresses nothing and reads no file while it serves them. Whoever needs them elsewhere calls `writePages`.
 */
const { createHash } = require('node:crypto');
const { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { dirname, extname, join } = require('node:path');
const { brotliCompressSync } = require('node:zlib');
const { bundle } = require('./bundle');

const sources = join(__dirname, '..', 'src', 'web', 'pages');
const text = (type) => `${type}; charset=utf-8`;
const types = { '.js': text('text/javascript'), '.css': text('text/css') };

/** Returns the exit code of the bundler; `packages` gets what is in the pages. */
function writePages(target, packages) {
  const folder = mkdtempSync(join(tmpdir(), 'greenup-pages-'));
  try {
    const entries = {
      pages: 'main.tsx',
      style: 'pages.css',
      stream: 'stream-worker.ts',
      bench: 'bench/bench.css',
      rig: 'rig/rig.css',
    };
    const options = {
      entryPoints: Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, join(sources, file)])),
      outdir: folder,
      platform: 'browser',
      format: 'esm',
      target: 'es2022',
      minify: true,
      // What is imported at run time becomes a file of its own, which is loaded when it is needed.
      splitting: true,
      jsx: 'automatic',
      jsxImportSource: 'preact',
    };
    const failed = bundle(options, packages);
    if (failed) return failed;
    const bundled = readdirSync(folder).map((name) => built(`/${name}`, types[extname(name)], join(folder, name)));
    const files = [
      built('/', text('text/html'), join(sources, 'index.html')),
      built('/bench.html', text('text/html'), join(sources, 'bench', 'bench.html')),
      built('/rig.html', text('text/html'), join(sources, 'rig', 'rig.html')),
      built('/icon.svg', 'image/svg+xml', join(sources, 'icon.svg')),
      ...bundled,
    ];
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, JSON.stringify(files));
    return 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function built(path, type, source) {
  const bytes = readFileSync(source);
  const digest = createHash('sha256').update(bytes).digest('base64url').slice(0, 16);
  return {
    path,
    type,
    etag: `"${digest}"`,
    bytes: bytes.toString('base64'),
    brotli: brotliCompressSync(bytes).toString('base64'),
  };
}

module.exports = { writePages };
