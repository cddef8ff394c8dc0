/** Writes the generated pages of docs/ and board/, or with --check says which are not up to date: node tools/docs.js [--check] */
const { mkdtempSync, rmSync } = require('node:fs');
const { join } = require('node:path');
const { bundle, nativePackages } = require('./bundle');

const project = join(__dirname, '..');
const folder = mkdtempSync(join(project, 'node_modules', '.docs-'));
process.chdir(project);
try {
  const status = bundle({
    entryPoints: { docs: 'tools/docs/docs.ts' },
    outdir: folder,
    external: [...nativePackages, 'typescript'],
  });
  if (status !== 0) process.exitCode = status;
  else process.exitCode = require(join(folder, 'docs.js')).writeDocs(process.argv.includes('--check'));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
