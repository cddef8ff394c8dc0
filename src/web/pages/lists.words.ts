/** The words of what pages with long lists share. */
import type { Glossary } from './words';

export interface ListWords {
  search: string;
  copy: string;
  copied: string;
  notCopied: string;
  download: string;
  all: string;
  noTime: string;
}

export const listWords: Glossary<ListWords> = {
  en: {
    search: 'Search',
    copy: 'Copy',
    copied: 'Copied.',
    notCopied: 'The browser did not copy it: download it instead.',
    download: 'Download',
    all: 'all',
    noTime: 'time unknown',
  },
  fr: {
    search: 'Recherche',
    copy: 'Copier',
    copied: 'Copié.',
    notCopied: 'Le navigateur ne l’a pas copié : téléchargez-le.',
    download: 'Télécharger',
    all: 'tous',
    noTime: 'heure inconnue',
  },
};
