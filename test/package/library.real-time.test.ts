/**
 * The package of the library as somebody gets it: packed, installed in an empty folder without a registry, and used from there,
 * by `import` and `require`, by strict TypeScript, by jest and by vitest, on each Node.js that this machine has.
 */
import { execFile, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CentralSystem } from '../../src/csms/central-system';
import { entries } from '../../tools/docs/api-surface';
import { publicNames } from '../library/public-names';

const project = join(__dirname, '..', '..');
const examples = join(project, 'docs', 'examples', 'library');
const name = 'greenup-station-core';

/** A place for vitest that outlives this run, as the gate's Node 24 has one: it is fetched once a machine. */
const vitestVersion = '4.1.12';
const besideVitest = `/tmp/greenup-vitest-${vitestVersion}`;
const vitest = join(besideVitest, 'node_modules', 'vitest', 'vitest.mjs');
const hasVitest = existsSync(vitest) || fetchVitest();

const node24 = `/tmp/greenup-node-24/node_modules/node-${process.platform}-${process.arch}/bin/node`;
const nodes = [process.execPath, ...(existsSync(node24) && process.execPath !== node24 ? [node24] : [])];

let folder: string;
const installed = (...path: string[]) => join(folder, 'node_modules', name, ...path);

function fetchVitest(): boolean {
  mkdirSync(besideVitest, { recursive: true });
  const words = ['install', '--prefix', besideVitest, '--prefer-offline', '--no-fund', '--no-audit'];
  const { status } = spawnSync('npm', [...words, `vitest@${vitestVersion}`], { encoding: 'utf8' });
  if (status !== 0) process.stderr.write(`vitest@${vitestVersion} cannot be had: what needs it is skipped\n`);
  return status === 0;
}

function run(program: string, words: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const { status, stdout, stderr } = spawnSync(program, words, {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', ...env },
  });
  return { status, text: `${stdout}${stderr}` };
}

const ok = (text: unknown = expect.anything()) => ({ status: 0, text });

beforeAll(() => {
  mkdirSync(besideVitest, { recursive: true });
  // Below the folder of vitest, so that it is found from there as a package of the project.
  folder = mkdtempSync(join(besideVitest, 'library-'));
  const build = join(folder, 'build');
  expect(run(process.execPath, [join(project, 'tools', 'library.js')], { OUT: build })).toEqual(ok());
  const [tgz = ''] = readdirSync(build).filter((file) => file.endsWith('.tgz'));
  writeFileSync(join(folder, 'package.json'), '{ "private": true }');
  expect(run('npm', ['install', '--offline', '--no-fund', '--no-audit', join(build, tgz)])).toEqual(ok());
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('it is one package that needs no other, compiles nothing, and brings the licences of what is in it', () => {
  expect(readdirSync(join(folder, 'node_modules')).filter((entry) => !entry.startsWith('.'))).toEqual([name]);
  const manifest = JSON.parse(readFileSync(installed('package.json'), 'utf8'));
  for (const field of ['dependencies', 'optionalDependencies', 'peerDependencies', 'scripts', 'bin', 'gypfile']) {
    expect(manifest).not.toHaveProperty(field);
  }
  const files = readdirSync(installed(), { recursive: true, encoding: 'utf8' });
  expect(files.filter((file) => /\.(node|gyp|map)$/.test(file))).toEqual([]);
  expect(files).toEqual(expect.arrayContaining(['LICENSE', 'LICENCES.md', 'README.md', 'docs/api/simulator.md']));
  const bundle = readFileSync(installed('lib', 'bundle.js'), 'utf8');
  const others = [...bundle.matchAll(/^\/\/ node_modules\/((?:@[^/]+\/)?[^/]+)\//gm)].map(([, one]) => one);
  const licences = readFileSync(installed('LICENCES.md'), 'utf8');
  expect(new Set(others).size).toBeGreaterThan(2);
  for (const one of new Set(others)) expect(licences).toContain(`## ${one} `);
  // Every link of its page leads to a file that is there.
  const page = readFileSync(installed('README.md'), 'utf8');
  const links = [...page.matchAll(/\]\(([^)#:\s]+)[^):]*\)/g)].map(([, target = '']) => target);
  expect(links.filter((target) => !existsSync(installed(target)))).toEqual([]);
  expect(links.length).toBeGreaterThan(2);
});

const charge = `
  const station = await simulate();
  await station.untilRegistered();
  station.plug(1);
  await station.untilStatus(1, 'Preparing');
  station.tap('04A1B2C3');
  await station.untilStatus(1, 'Charging');
  await station.advance(60_000);
  const { energyWh } = station.truth(1);
  await station.stop();
  const refused = await simulate({ board: 'none.yaml' }).catch((error) => error);
  console.log(JSON.stringify({ charged: energyWh > 100, code: refused instanceof GreenupError && refused.code }));
`;
const charged = '{"charged":true,"code":"board.invalid"}\n';

test.each(nodes)('on %s it is imported and required, and both get the same', (node) => {
  const values = `for (const [path, names] of Object.entries(${JSON.stringify(publicNames)})) {
    const required = require(path), imported = await import(path);
    for (const name of Object.keys(required)) if (imported[name] !== required[name]) throw new Error(path + ' ' + name);
    if (Object.keys(required).some((name) => !names.includes(name))) throw new Error(path);
  }`;
  const heads = {
    cjs: `const { simulate } = require('${name}/simulator'); const { GreenupError } = require('${name}'); (async () => {`,
    mjs: `import { createRequire } from 'node:module'; import { simulate } from '${name}/simulator';
      import { GreenupError } from '${name}'; const require = createRequire(import.meta.url); (async () => {`,
  };
  for (const [ending, head] of Object.entries(heads)) {
    const file = join(folder, `use.${ending}`);
    writeFileSync(file, `${head}${charge}${values}})();`);
    expect(run(node, [file])).toEqual(ok(charged));
  }
});

test('what is not exported cannot be had', () => {
  const inner = `require('${name}/lib/bundle.js')`;
  expect(run(process.execPath, ['-e', inner])).toMatchObject({
    text: expect.stringContaining('ERR_PACKAGE_PATH_NOT_EXPORTED'),
  });
});

/** Every exported name is used as a type or a value, so that each declaration is looked at. */
function everyName(): string {
  const imports = entries.map(({ name: path }, index) => `import * as all${index} from '${path}';`);
  const values = entries.map((_, index) => `void all${index};`);
  const types = entries.flatMap(({ name: path }, index) =>
    (publicNames[path] ?? []).map(
      (one) => `import { ${one} as Name${index}${one} } from '${path}';\nexport type { Name${index}${one} };`,
    ),
  );
  return [...imports, ...values, ...types].join('\n');
}

/** Inner matters are not in the types, and what is optional takes no undefined. */
const strictUse = `
import { Story } from '${name}/testing';
import { simulate } from '${name}/simulator';
export const inner = async () => {
  // @ts-expect-error no matter of the library
  (await Story.start()).running;
  // @ts-expect-error a board or nothing, under exactOptionalPropertyTypes
  await simulate({ board: undefined });
  // @ts-expect-error no such status
  await (await simulate()).untilStatus(1, 'Loading');
};`;

test('strict TypeScript takes its declarations as they are, for ESM and for CommonJS, and the examples with them', () => {
  const sources = join(folder, 'src');
  mkdirSync(sources);
  writeFileSync(join(sources, 'names.mts'), everyName());
  writeFileSync(join(sources, 'names.cts'), everyName());
  writeFileSync(join(sources, 'strict.mts'), strictUse);
  // Of the runner only what the examples use: its own declarations would want those of Node.js and of a browser.
  writeFileSync(
    join(sources, 'runner.d.ts'),
    'export const test: any, expect: any, afterEach: any;\ndeclare global { const process: any }\n',
  );
  for (const file of readdirSync(examples)) {
    const text = readFileSync(join(examples, file), 'utf8').replace("from 'vitest'", "from './runner'");
    writeFileSync(join(sources, file), text);
  }
  const options = {
    ...{ target: 'es2022', lib: ['es2022'], module: 'nodenext', types: [], outDir: 'out', rootDir: 'src' },
    ...{ strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, skipLibCheck: false },
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, include: ['src'] }));
  const tsc = join(project, 'node_modules', 'typescript', 'bin', 'tsc');
  expect(run(process.execPath, [tsc])).toEqual(ok(''));
  // As projects have it whose modules a bundler finds.
  const bundler = ['--module', 'esnext', '--moduleResolution', 'bundler', '--noEmit', '--rootDir', '.'];
  expect(run(process.execPath, [tsc, ...bundler])).toEqual(ok(''));
});

test('jest runs the examples that need no network, compiled to CommonJS', () => {
  const specs = join(folder, 'jest');
  mkdirSync(specs);
  for (const file of readdirSync(join(folder, 'out')).filter((one) => /^(charge|driver|story)\.test\.js$/.test(one))) {
    const text = readFileSync(join(folder, 'out', file), 'utf8');
    writeFileSync(join(specs, file), text.replace('require("./runner")', '{ test, expect, afterEach }'));
  }
  const config = { rootDir: specs, transform: {}, testEnvironment: require.resolve('jest-environment-node') };
  const jest = join(project, 'node_modules', 'jest', 'bin', 'jest.js');
  expect(run(process.execPath, [jest, '-i', '--config', JSON.stringify(config)])).toEqual(
    ok(expect.stringMatching(/^Tests: +4 passed, 4 total$/m)),
  );
});

(hasVitest ? test : test.skip)(
  'vitest runs all of them as they are, one against a central system on the network',
  async () => {
    const specs = join(folder, 'vitest');
    cpSync(examples, specs, { recursive: true });
    const central = new CentralSystem();
    const { url } = await central.start();
    try {
      const env = { ...process.env, NO_COLOR: '1', CSMS: url };
      const told = await promisify(execFile)(process.execPath, [vitest, 'run', '--root', specs], { cwd: folder, env });
      expect(told.stdout).toMatch(/^ *Tests +5 passed \(5\)$/m);
      expect(central.transactions()).toHaveLength(1);
    } finally {
      await central.stop();
    }
  },
);
