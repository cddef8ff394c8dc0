/** Roots that a station is given at its start count beside those that are stored, and are stored nowhere themselves. */
import type { Batch } from '../../../src/hal/store';
import { StoredValues } from '../../../src/hal/stored';
import { InstalledRoots } from '../../../src/ocpp/security/installed-roots';

const stored = new Map([['security/root/CentralSystemRootCertificate/aa', { pem: 'stored' }]]);
const provided = [
  { fingerprint: 'aa', pem: 'provided' },
  { fingerprint: 'bb', pem: 'provided' },
];

test('one that is stored counts in the place of the same one', async () => {
  const batches: Batch[] = [];
  const commits = {
    commit: async (batch: Batch) => {
      batches.push(batch);
    },
  };
  const roots = new InstalledRoots(commits, new StoredValues(stored), provided);
  expect(roots.of('CentralSystemRootCertificate').map(({ fingerprint, pem }) => [fingerprint, pem])).toEqual([
    ['aa', 'stored'],
    ['bb', 'provided'],
  ]);
  expect(roots.of('ManufacturerRootCertificate')).toEqual([]);
  expect(batches).toEqual([]);
});

test('they can be removed, until the next start', async () => {
  const roots = new InstalledRoots({ commit: async () => {} }, new StoredValues(new Map()), provided);
  const [, second] = roots.all;
  if (!second) throw new Error('no root');
  await roots.remove(second);
  expect(roots.all.map(({ fingerprint }) => fingerprint)).toEqual(['aa']);
});
