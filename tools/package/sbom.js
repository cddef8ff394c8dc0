/**
 * The list of what a release is made of, as CycloneDX 1.6 (SBOM): every package of the lock file that runs, and every one that
 * the bundles hold, which may be a package of development. Made without network; the same input gives the same bytes.
 */
const { createHash } = require('node:crypto');

/** What their authors say in a form that the lock file passes over. */
const licencesBesideLock = { buildcheck: 'MIT', 'cpu-features': 'MIT', ssh2: 'MIT' };

const prefix = 'node_modules/';

/** The name of the package at a place of the lock file, such as node_modules/a/node_modules/@b/c. */
function nameAt(place) {
  return place.slice(place.lastIndexOf(prefix) + prefix.length);
}

function purlOf(name, version) {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}

function licencesOf(name, licence = licencesBesideLock[name]) {
  if (licence === undefined) return {};
  const plain = licence.replace(/^\((.*)\)$/, '$1');
  return { licenses: / (AND|OR|WITH) /.test(plain) ? [{ expression: plain }] : [{ license: { id: plain } }] };
}

/** As the registry has it, for whoever compares: its digest is checked at each installation. */
function originOf({ integrity, resolved }) {
  const [, digest] = /^sha512-(.+)$/.exec(integrity ?? '') ?? [];
  return {
    ...(digest && { hashes: [{ alg: 'SHA-512', content: Buffer.from(digest, 'base64').toString('hex') }] }),
    ...(resolved && { externalReferences: [{ type: 'distribution', url: resolved }] }),
  };
}

function componentOf(place, entry, isBundled) {
  const name = nameAt(place);
  const purl = purlOf(name, entry.version);
  return {
    type: 'library',
    'bom-ref': purl,
    name,
    version: entry.version,
    scope: entry.optional ? 'optional' : 'required',
    ...originOf(entry),
    ...licencesOf(name, entry.license),
    purl,
    ...(isBundled && { properties: [{ name: 'greenup:bundled', value: 'true' }] }),
  };
}

/** Where a package finds another one: beside itself, or beside one that it lies in. */
function placeOf(packages, from, name) {
  for (let at = from; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf(`/${prefix}`)))) {
    if (packages[`${at}/${prefix}${name}`]) return `${at}/${prefix}${name}`;
  }
  return packages[`${prefix}${name}`] ? `${prefix}${name}` : undefined;
}

/** A name of the document out of its content: no two releases have the same, and no release has two (RFC 9562, version 8). */
function serialOf(content) {
  const hex = createHash('sha256').update(JSON.stringify(content)).digest('hex');
  const parts = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ];
  return `urn:uuid:${parts.join('-')}`;
}

function documentOf(metadata, components, dependencies) {
  const byRef = (one, other) => (one['bom-ref'] ?? one.ref).localeCompare(other['bom-ref'] ?? other.ref, 'en');
  const content = {
    metadata,
    components: [...components].sort(byRef),
    dependencies: [...dependencies].sort(byRef),
  };
  return {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: serialOf(content),
    version: 1,
    ...content,
  };
}

/** `lock`: package-lock.json as an object; `bundled`: places in it of the packages that the bundles hold. */
function sbomOf(lock, bundled) {
  const { packages } = lock;
  const missing = bundled.filter((place) => !packages[place]);
  if (missing.length > 0) throw new Error(`the bundles hold what is not in the lock file: ${missing.join(', ')}`);
  const places = Object.keys(packages).filter(
    (place) => place !== '' && (bundled.includes(place) || packages[place].dev !== true),
  );
  const refOf = (place) => purlOf(nameAt(place), packages[place].version);
  const needsOf = (place) => {
    const { dependencies, optionalDependencies, devDependencies } = packages[place];
    const names = Object.keys({ ...dependencies, ...optionalDependencies, ...(place === '' && devDependencies) });
    const found = names.map((name) => placeOf(packages, place, name)).filter((one) => places.includes(one));
    return [...new Set(found.map(refOf))].sort();
  };
  const root = packages[''];
  const own = {
    type: 'application',
    'bom-ref': `${root.name}@${root.version}`,
    name: root.name,
    version: root.version,
    ...licencesOf(root.name, root.license),
  };
  const components = new Map();
  const dependencies = new Map([[own['bom-ref'], needsOf('')]]);
  for (const place of places) {
    const component = componentOf(place, packages[place], bundled.includes(place));
    const ref = component['bom-ref'];
    // The same version may lie in two places, of which one is bundled.
    if (!components.has(ref) || component.properties) components.set(ref, component);
    dependencies.set(ref, [...new Set([...(dependencies.get(ref) ?? []), ...needsOf(place)])].sort());
  }
  return documentOf(
    { lifecycles: [{ phase: 'build' }], component: own },
    components.values(),
    [...dependencies].map(([ref, dependsOn]) => ({ ref, dependsOn })),
  );
}

/** The same with the Node.js that a rig's release brings along. `digest` is of the npm package that it comes from. */
function withRuntime({ metadata, components, dependencies }, { version, npm, digest }) {
  const purl = purlOf(npm, version);
  const runtime = {
    type: 'platform',
    'bom-ref': purl,
    name: 'Node.js',
    version,
    cpe: `cpe:2.3:a:nodejs:node.js:${version}:*:*:*:*:*:*:*`,
    ...originOf({ integrity: digest }),
    ...licencesOf('node', 'MIT'),
    purl,
  };
  const own = metadata.component['bom-ref'];
  const needs = dependencies.map((one) =>
    one.ref === own ? { ...one, dependsOn: [...one.dependsOn, purl].sort() } : one,
  );
  return documentOf(metadata, [...components, runtime], [...needs, { ref: purl, dependsOn: [] }]);
}

module.exports = { sbomOf, withRuntime };
