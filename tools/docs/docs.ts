/** `make docs`: writes the pages that are generated from tables, or checks that they are up to date. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { boardSchemaText } from '../../src/hal/board/board-schema';
import { trafficSchemaText } from '../../src/simulator/fleet/traffic/traffic-schema';
import { apiPages } from './api-page';
import { configurationKeysPage } from './config-keys-page';
import { ocppPage } from './ocpp-page';
import { readTests } from './tests';

const pages: Readonly<Record<string, () => string>> = {
  'docs/configuration-keys.md': configurationKeysPage,
  'docs/ocpp.md': () => ocppPage(readTests('.')),
  'board/board.schema.json': boardSchemaText,
  'board/traffic.schema.json': trafficSchemaText,
  ...apiPages(process.cwd()),
};

/** `check`: writes nothing; exit code 1 if a page differs from what its table gives. */
export function writeDocs(check: boolean, directory = '.'): number {
  const stale = Object.entries(pages).filter(([name, page]) => current(join(directory, name)) !== page());
  if (!check) for (const [name, page] of stale) writeFileSync(join(directory, name), page());
  const verdict = check ? 'is not up to date: run make docs' : 'written';
  for (const [name] of stale) process.stdout.write(`${name}: ${verdict}\n`);
  if (stale.length === 0) process.stdout.write('the generated pages are up to date\n');
  return check && stale.length > 0 ? 1 : 0;
}

function current(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
