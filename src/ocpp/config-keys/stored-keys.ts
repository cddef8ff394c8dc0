/** Where the values of configuration keys are stored. */
import { shape } from '../../hal/shapes';
import { collection } from '../../hal/stored';

export const storedKeys = collection('config/', shape.String());
