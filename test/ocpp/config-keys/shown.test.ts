/** What onlookers are shown of a configuration key, and who changed it. */
import { Configuration } from '../../../src/ocpp/config-keys/configuration';
import { type ConfigurationKey, findKey } from '../../../src/ocpp/config-keys/index';

const configuration = (): Configuration =>
  new Configuration({ persisted: new Map(), persist: async () => {}, numberOfConnectors: 1 });

test('the value of a secret key is masked, unless it is not set', async () => {
  const row = findKey('UID') as ConfigurationKey;
  const keys = configuration();
  row.secret = true;
  try {
    expect(keys.shown('UID')).toBe('');
    await keys.change('UID', 'CP 1', 'central system');
    expect(keys.shown('UID')).toBe('***');
    expect(keys.text('UID')).toBe('CP 1');
  } finally {
    delete row.secret;
  }
});

test('a change carries its origin', async () => {
  const keys = configuration();
  const heard: string[] = [];
  keys.onChange((key, origin) => heard.push(`${key} by ${origin}`));
  await keys.change('HeartbeatInterval', '77', 'central system');
  await keys.change('heartbeatinterval', '78', 'person');
  expect(heard).toEqual(['HeartbeatInterval by central system', 'HeartbeatInterval by person']);
});
