/** The licences of the packages whose code is in the bundle of the library, as their authors ask for it. */
const fs = require('node:fs');
const { join } = require('node:path');

/** A page with the text of each; `inputs` are the files of the bundle. Throws for a package that brings no licence. */
function licencesOf(project, inputs) {
  const names = new Set(inputs.flatMap((file) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? []));
  const parts = [...names].sort().map((name) => {
    const folder = join(project, 'node_modules', name);
    const { version, license } = JSON.parse(fs.readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = fs.readdirSync(folder).find((entry) => /^licen[cs]e(\.|$)/i.test(entry));
    if (file === undefined) throw new Error(`${name}: its licence is not in its package`);
    return `## ${name} ${version} (${license})\n\n${fs.readFileSync(join(folder, file), 'utf8').trim()}\n`;
  });
  return `# Code of others in lib/bundle.js\n\n${parts.join('\n')}`;
}

module.exports = { licencesOf };
