/** The words of the bench page by language. */
import type { BenchWords } from './bench/words';
import { benchEnglish } from './bench/words.en';
import { benchFrench } from './bench/words.fr';
import type { Glossary } from './words';

export const benchWords: Glossary<BenchWords> = { en: benchEnglish, fr: benchFrench };
