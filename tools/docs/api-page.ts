/** Writes the pages of the library, one an entry of the package, out of what its sources say of themselves. */
import { type Entry, entries, type PublicMember, type PublicName, readSurfaces, type Surface } from './api-surface';

/** Path of the page of each entry, and how it is made; the sources are read once for all of them. */
export function apiPages(project: string): Readonly<Record<string, () => string>> {
  let read: ReadonlyMap<string, Surface> | undefined;
  const surfaceOf = (name: string): Surface => {
    read ??= readSurfaces(project).surfaces;
    const surface = read.get(name);
    if (!surface) throw new Error(`${name} is no entry of the package`);
    return surface;
  };
  return Object.fromEntries(entries.map((entry) => [pagePath(entry), () => apiPage(entry, surfaceOf(entry.name))]));
}

export function pagePath({ name }: Entry): string {
  return `docs/api/${name.split('/')[1] ?? 'station'}.md`;
}

export function apiPage(entry: Entry, { about, names }: Surface): string {
  const intro = `# ${entry.name}

${about.replace(/^`[^`]*`: (\w)/, (_, first: string) => first.toUpperCase())}

Made by a program out of the sources (\`${entry.file}\` lists what is public); change those, not the page. How to begin is in
[library.md](../library.md). Whatever is refused is a \`GreenupError\` whose \`code\` stands here; what is not on these pages is
not public and may change at any time.
`;
  const groups = [
    ['Functions', ['function']],
    ['Classes', ['class']],
    ['Constants', ['constant']],
    ['Types', ['interface', 'type']],
  ] as const;
  const parts = groups.flatMap(([title, kinds]) => {
    const own = names.filter(({ kind }) => kinds.some((one) => one === kind));
    return own.length === 0 ? [] : [`## ${title}\n\n${own.map(section).join('\n')}`];
  });
  return `${[intro, ...parts].join('\n')}`;
}

function section({ name, text, doc, members }: PublicName): string {
  const list = members.length === 0 ? '' : `\n${members.map(item).join('\n')}\n`;
  return `### ${name}\n\n\`\`\`ts\n${text}\n\`\`\`\n\n${asText(doc)}\n${list}`;
}

function item({ text, doc }: PublicMember): string {
  return `- \`${text}\`${doc === '' ? '' : `  \n  ${asText(doc)}`}`;
}

/** A placeholder in angle brackets would be taken for HTML. */
function asText(doc: string): string {
  return doc.replaceAll(/(?<!`[^`]*)<(?=\w)/g, '&lt;');
}
