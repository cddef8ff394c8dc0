/** The formats of the store: what each release since the first changed in stored values, and how that is taken back. */
import type { StoreFormats } from '../hal/store-formats';

export const storeFormats: StoreFormats = { current: 1, changes: [] };
