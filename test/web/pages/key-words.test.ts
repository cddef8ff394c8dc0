/** The words of the page of the configuration keys, held against the table of the keys. */
import { configurationKeys } from '../../../src/ocpp/config-keys/index';
import { frenchKeys } from '../../../src/web/pages/key-descriptions.fr';
import { keysWords } from '../../../src/web/pages/keys.words';

const symbols = ['s', 'A', 'Wh', '%'];

test('every unit of the table is a symbol, or has a word in each language', () => {
  const units = configurationKeys.flatMap(({ type }) => (type.kind === 'integer' ? (type.unit ?? []) : []));
  const words = [...new Set(units)].filter((unit) => !symbols.includes(unit)).sort();
  for (const language of ['en', 'fr'] as const) {
    expect(Object.keys(keysWords[language].units).sort()).toEqual(words);
  }
});

test('what each key does is said in French, and in French only there', () => {
  const same = configurationKeys.filter(({ key, description }) => frenchKeys[key] === description);
  expect(same).toEqual([]);
  expect(Object.keys(frenchKeys).sort()).toEqual(configurationKeys.map(({ key }) => key).sort());
});
