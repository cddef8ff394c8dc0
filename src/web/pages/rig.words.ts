/** The words of the page of an armed rig by language. */
import type { RigWords } from './rig/words';
import { rigEnglish } from './rig/words.en';
import { rigFrench } from './rig/words.fr';
import type { Glossary } from './words';

export const rigWords: Glossary<RigWords> = { en: rigEnglish, fr: rigFrench };
