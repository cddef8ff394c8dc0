/** Packs a release for tests of flashing: node fake-package.js PATH.deb healthy|silent|dead|crashing [NAME] */
const fs = require('node:fs');
const { tmpdir } = require('node:os');
const { join, resolve } = require('node:path');
const { makePackage } = require('../../tools/package/deb');
const { run } = require('../../tools/package/run');

const project = resolve(__dirname, '..', '..');
const [path, manner, name = manner] = process.argv.slice(2);
const work = fs.mkdtempSync(join(tmpdir(), 'fake-package-'));
const tree = join(work, 'tree');
fs.mkdirSync(join(tree, 'bin'), { recursive: true });
fs.copyFileSync(join(__dirname, 'rig', 'greenup'), join(tree, 'bin', 'greenup'));
fs.copyFileSync(join(project, 'board', 'pi', 'greenup-station'), join(tree, 'bin', 'greenup-station'));
for (const program of ['greenup', 'greenup-station']) fs.chmodSync(join(tree, 'bin', program), 0o755);
fs.writeFileSync(join(tree, 'bin', 'manner'), `${manner}\n`);
const architecture = run('dpkg', ['--print-architecture']).trim();
makePackage({
  project,
  work,
  tree,
  release: `0.0.1-${name}`,
  version: '0.0.1',
  architecture,
  epoch: 1_700_000_000,
  wanted: {},
  path,
});
fs.rmSync(work, { recursive: true });
