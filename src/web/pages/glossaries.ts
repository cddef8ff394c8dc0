/** The words of the pages by language. */
import type { Glossary, Words } from './words';
import { english } from './words.en';
import { french } from './words.fr';

export const glossaries: Glossary<Words> = { en: english, fr: french };
