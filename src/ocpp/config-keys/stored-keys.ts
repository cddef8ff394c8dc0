/** Where the values of configuration keys are stored. */
import { collection, shape } from '../../hal/stored';

export const storedKeys = collection('config/', shape.String());
