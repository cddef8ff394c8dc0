/** The words of the page of password and language. */
import type { Glossary } from './words';

interface PasswordAndLanguageWords {
  title: string;
  language: string;
  remembered: string;
}

export const passwordAndLanguageWords: Glossary<PasswordAndLanguageWords> = {
  en: {
    title: 'Password and language',
    language: 'Language',
    remembered: 'This browser remembers it. Whoever looks at the station from elsewhere chooses there.',
  },
  fr: {
    title: 'Mot de passe et langue',
    language: 'Langue',
    remembered: 'Ce navigateur la retient. Qui regarde la borne d’ailleurs choisit là-bas.',
  },
};
