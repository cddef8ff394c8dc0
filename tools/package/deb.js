/** Lays out the files of the Debian package and packs them: the same input gives the same bytes. */
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const { dirname, join } = require('node:path');
const { gzipSync } = require('node:zlib');
const { run } = require('./run');

/** Where the files of board/pi go; the payload goes to /usr/lib/greenup/payload/. */
const places = {
  'greenup-command': { to: 'usr/lib/greenup/greenup-command', mode: 0o755 },
  'greenup-select': { to: 'usr/lib/greenup/greenup-select', mode: 0o755 },
  'greenup-safe': { to: 'usr/lib/greenup/greenup-safe', mode: 0o755 },
  'greenup-settings': { to: 'usr/lib/greenup/greenup-settings', mode: 0o755 },
  // What an update needs of the files outside the slots is told by this number.
  base: { to: 'usr/lib/greenup/base' },
  'greenup.service': { to: 'usr/lib/systemd/system/greenup.service' },
  'sysusers.conf': { to: 'usr/lib/sysusers.d/greenup.conf' },
  'modules-load.conf': { to: 'usr/lib/modules-load.d/greenup.conf' },
  '60-greenup.rules': { to: 'usr/lib/udev/rules.d/60-greenup.rules' },
  'station.env': { to: 'etc/greenup/station.env' },
  'config.txt': { to: 'usr/share/greenup/config.txt' },
  'static-networkmanager.nmconnection': { to: 'usr/share/greenup/static-networkmanager.nmconnection' },
  '50-greenup-network.rules': { to: 'usr/share/greenup/50-greenup-network.rules' },
  'static-networkd.network': { to: 'usr/share/greenup/static-networkd.network' },
};

/** What the program says of itself for manual and shells, and where Debian wants it. */
const shellHelp = {
  'usr/share/man/man1/greenup.1.gz': ['man'],
  'usr/share/bash-completion/completions/greenup': ['completion', 'bash'],
  'usr/share/zsh/vendor-completions/_greenup': ['completion', 'zsh'],
  'usr/share/fish/vendor_completions.d/greenup.fish': ['completion', 'fish'],
};

function helpOf(project, to, words) {
  const text = run(process.execPath, [join(project, 'dist', 'greenup.js'), ...words]);
  return to.endsWith('.gz') ? gzipSync(text, { level: 9 }) : text;
}

/** The oldest libstdc++6 that has the symbols of a version. */
const libraryOfSymbols = [
  ['3.4.26', '9'],
  ['3.4.28', '10'],
  ['3.4.29', '11'],
  ['3.4.30', '12'],
];

function dependencies({ GLIBC = '2.28', GLIBCXX = '3.4.21' }) {
  const last = (text) => Number(text.split('.').at(-1));
  const row = libraryOfSymbols.find(([symbols]) => last(symbols) >= last(GLIBCXX));
  if (row === undefined) throw new Error(`GLIBCXX_${GLIBCXX} is newer than this script knows: add its row`);
  return [`libc6 (>= ${GLIBC})`, `libstdc++6 (>= ${row[1]})`, 'libgcc-s1', 'util-linux'];
}

function control({ version, architecture, wanted }, kilobytes) {
  return [
    'Package: greenup',
    `Version: ${version}`,
    `Architecture: ${architecture}`,
    "Maintainer: Green'Up station core <greenup@localhost>",
    `Installed-Size: ${kilobytes}`,
    `Depends: ${dependencies(wanted).join(', ')}`,
    'Recommends: systemd, udev',
    'Section: misc',
    'Priority: optional',
    "Description: Green'Up electric vehicle charging station, for bench rigs",
    ' The station with its own Node.js and drivers for a Raspberry Pi, in slots: a new',
    ' release is tried, and the good one returns by itself if it does not hold.',
    ' A bench product, no certified charging station.',
    '',
  ].join('\n');
}

const copyright = `This package holds Green'Up station core (MIT), Node.js (see /opt/greenup/current/bin/LICENSE.node) and npm packages
with their licences beside them in /opt/greenup/current/node_modules.
`;

/** Lays the package out below work/package and writes it to `path`. */
function makePackage(what) {
  const { project, work, tree, release, epoch, path } = what;
  const root = join(work, 'package');
  const put = (name, content, mode = 0o644) => {
    const to = join(root, name);
    fs.mkdirSync(dirname(to), { recursive: true });
    fs.writeFileSync(to, content);
    fs.chmodSync(to, mode);
  };
  for (const [name, { to, mode }] of Object.entries(places)) {
    put(to, fs.readFileSync(join(project, 'board', 'pi', name)), mode);
  }
  put('usr/share/doc/greenup/copyright', copyright);
  for (const [to, words] of Object.entries(shellHelp)) put(to, helpOf(project, to, words));
  fs.mkdirSync(join(root, 'usr', 'bin'), { recursive: true });
  fs.symlinkSync('../lib/greenup/greenup-command', join(root, 'usr', 'bin', 'greenup'));
  const payload = join(root, 'usr', 'lib', 'greenup', 'payload', release);
  fs.mkdirSync(dirname(payload), { recursive: true });
  fs.renameSync(tree, payload);
  const files = settle(root, epoch);
  for (const script of ['postinst', 'prerm', 'postrm']) {
    const text = fs.readFileSync(join(project, 'tools', 'package', 'debian', script), 'utf8');
    put(`DEBIAN/${script}`, text.replaceAll('@RELEASE@', release), 0o755);
  }
  put('DEBIAN/conffiles', '/etc/greenup/station.env\n');
  put('DEBIAN/control', control(what, Math.ceil(files.reduce((sum, { size }) => sum + size, 0) / 1024)));
  put('DEBIAN/md5sums', files.map(({ name, md5 }) => `${md5}  ${name}\n`).join(''));
  settle(join(root, 'DEBIAN'), epoch);
  // One thread: where several share the work, the bytes differ with their number.
  const env = { ...process.env, SOURCE_DATE_EPOCH: String(epoch), DPKG_DEB_THREADS_MAX: '1' };
  fs.rmSync(path, { force: true });
  run('dpkg-deb', ['--root-owner-group', '-Zxz', '--build', root, path], { env });
}

/** Gives every entry plain modes and the one date; returns the files in order. */
function settle(root, epoch) {
  const files = [];
  for (const name of ['.', ...fs.readdirSync(root, { recursive: true }).sort()]) {
    const path = join(root, name);
    const stat = fs.lstatSync(path);
    if (stat.isSymbolicLink()) {
      fs.lutimesSync(path, epoch, epoch);
      continue;
    }
    fs.chmodSync(path, stat.isDirectory() || stat.mode & 0o100 ? 0o755 : 0o644);
    fs.utimesSync(path, epoch, epoch);
    if (stat.isDirectory()) continue;
    const md5 = createHash('md5').update(fs.readFileSync(path)).digest('hex');
    files.push({ name, size: stat.size, md5 });
  }
  return files;
}

module.exports = { makePackage };
