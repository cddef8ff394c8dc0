/** What words the pages need, in every language. */
import type { ConnectionCause } from '../../control/pages/page-view';
import type { FaultId } from '../../station/faults';
import type { LimitSource } from '../../station/limits';
import type { RefusalCode } from '../refusal';
import type { PlainState } from './plain-state';

export type Language = 'en' | 'fr';

/** Under which heading a page is found. */
export type PageGroup = 'charging' | 'centralSystem' | 'service';

/** A word for the mark, and a sentence that says what it means or what to do. */
interface Said {
  word: string;
  sentence: string;
}

export interface Words {
  language: { other: string };
  skip: string;
  home: string;
  menu: string;
  groups: Record<PageGroup, string>;
  chargingMode: string;
  security: string;
  network: string;
  firmware: string;
  bench: string;
  logOut: string;
  staleSince(time: string): string;
  loading: string;
  restarting: string;
  logIn: {
    title: string;
    hint: string;
    user: string;
    password: string;
    act: string;
    ended: string;
  };
  password: {
    title: string;
    first: string;
    current: string;
    next: string;
    again: string;
    rule: string;
    differ: string;
    act: string;
    done: string;
  };
  sides: { right: string; left: string };
  socket(kind: string, id: number): string;
  kinds: { T2S: string; '2P+E': string };
  states: Record<PlainState, Said>;
  /** The answer to the first question, before its reason. */
  answer: { charges: string; not: string };
  /** Of what a sentence is said. */
  of(what: string, sentence: string): string;
  stationFault: string;
  power: string;
  current: string;
  energy: string;
  limit(amps: string, source: string): string;
  limits: Record<LimitSource, string>;
  faults: Record<FaultId, string>;
  mode: {
    title: string;
    select: string;
    side: string;
    names: { ocpp: string; free: string; cards: string };
    says: { ocpp: string; free: string; cards: string; none: string };
    both: string;
    rightFirst: string;
    leaves: string;
  };
  address: {
    title: string;
    given: string;
    url: string;
    urlHint: string;
    uid: string;
    uidHint: string;
    save: string;
    saved: string;
    unsaved: string;
    calls(address: string): string;
  };
  connection: {
    title: string;
    switch: string;
    on: string;
    off: string;
    offSays: string;
    activation: string;
    server: string;
    heartbeat: string;
    seconds: string;
    why: string;
    tried: string;
    detail: string;
    lastTry: string;
    tryingSince: string;
    nextTry: string;
    /** A time of day, and how far that is from now. */
    ago(time: string, seconds: string): string;
    in(time: string, seconds: string): string;
    tryNow: string;
    names: { Disconnected: string; Connection: string; Connected: string };
  };
  causes: Record<ConnectionCause, string>;
  refusals: Record<RefusalCode | 'notPossible' | 'unreachable', string>;
  waitS(seconds: number): string;
}

/** What a page of its own says: one table with all languages. */
export type Glossary<Said> = Readonly<Record<Language, Said>>;
