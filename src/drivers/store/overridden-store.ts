/** A store that for one run seems to hold other values of some OCPP keys: the command line wins over earlier runs. */
import type { JsonValue, Store } from '../../hal/store';

/** The keys seem to be stored with these values; whatever is changed later is stored as ever. */
export function overridden(store: Store, overrides: Readonly<Record<string, string>>): Store {
  return {
    load: async () => {
      const stored = await store.load();
      for (const [key, value] of Object.entries(overrides)) stored.set(`config/${key}`, value satisfies JsonValue);
      return stored;
    },
    commit: (batch, durability) => store.commit(batch, durability),
    close: () => store.close(),
  };
}
