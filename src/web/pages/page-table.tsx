/** Every page that is there once somebody has logged in: its place after #, its name, and what shows it. */
import type { JSX } from 'preact';
import type { PageView } from '../../control/pages/page-view';
import { Backup } from './backup';
import { backupWords } from './backup.words';
import { Cards } from './cards';
import { cardsWords } from './cards.words';
import { Charges } from './charges';
import { chargeWords } from './charges.words';
import { ChargingMode } from './charging-mode';
import { Diagnostics } from './diagnostics';
import { diagnosticsWords } from './diagnostics.words';
import { Events } from './events';
import { eventWords } from './events.words';
import { Frames } from './frames';
import { frameWords } from './frames.words';
import { Home } from './home';
import { Keys } from './keys';
import { keysWords } from './keys.words';
import { Later } from './later';
import { PasswordAndLanguage } from './password-and-language';
import { passwordAndLanguageWords } from './password-and-language.words';
import { said, words } from './state';
import type { PageGroup } from './words';

export interface PageRow {
  /** Empty for the first page. */
  hash: string;
  group: PageGroup;
  name(): string;
  show(view: PageView): JSX.Element;
}

// What is seldom looked at is loaded when it is.
const loadFirmware = () => import('./firmware').then(({ Firmware }) => Firmware);
const loadNetwork = () => import('./network').then(({ Network }) => Network);
const loadSecurity = () => import('./security').then(({ Security }) => Security);

export const pageTable: readonly PageRow[] = [
  { hash: '', group: 'charging', name: () => words().home, show: (view) => <Home view={view} /> },
  {
    hash: '#mode',
    group: 'charging',
    name: () => words().chargingMode,
    show: (view) => <ChargingMode view={view} />,
  },
  {
    hash: '#charges',
    group: 'charging',
    name: () => said(chargeWords).title,
    show: (view) => <Charges view={view} />,
  },
  {
    hash: '#cards',
    group: 'charging',
    name: () => said(cardsWords).title,
    show: (view) => <Cards view={view} />,
  },
  {
    hash: '#messages',
    group: 'centralSystem',
    name: () => said(frameWords).title,
    show: ({ revisions }) => <Frames lastNumber={revisions.frames} />,
  },
  {
    hash: '#diagnostics',
    group: 'service',
    name: () => said(diagnosticsWords).title,
    show: (view) => <Diagnostics view={view} />,
  },
  {
    hash: '#events',
    group: 'service',
    name: () => said(eventWords).title,
    show: ({ revisions }) => <Events lastNumber={revisions.events} />,
  },
  {
    hash: '#keys',
    group: 'centralSystem',
    name: () => said(keysWords).title,
    show: (view) => <Keys view={view} />,
  },
  {
    hash: '#security',
    group: 'centralSystem',
    name: () => words().security,
    show: (view) => <Later view={view} load={loadSecurity} />,
  },
  {
    hash: '#network',
    group: 'service',
    name: () => words().network,
    show: (view) => <Later view={view} load={loadNetwork} />,
  },
  {
    hash: '#firmware',
    group: 'service',
    name: () => words().firmware,
    show: (view) => <Later view={view} load={loadFirmware} />,
  },
  { hash: '#backup', group: 'service', name: () => said(backupWords).title, show: () => <Backup /> },
  {
    hash: '#password',
    group: 'service',
    name: () => said(passwordAndLanguageWords).title,
    show: () => <PasswordAndLanguage />,
  },
];

/** The page of a place; of one that nobody has, the first. */
export function pageAt(hash: string): PageRow {
  const [first] = pageTable;
  const found = pageTable.find((row) => row.hash === hash) ?? first;
  if (!found) throw new Error('there are no pages');
  return found;
}
