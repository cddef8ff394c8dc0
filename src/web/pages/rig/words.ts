/** What words the page of an armed rig needs, in every language. */
import type { RigAct, WorkedPart } from '../../../control/pages/armed-rig';
import type { ContactorFeedback, LockFeedback, PilotOutput, ResidualCurrentReading } from '../../../hal/parts';

export interface RigWords {
  title: string;
  armed: string;
  loading: string;
  away: string;
  closed(outlet: string, seconds: number): string;
  openNow(outlet: string): string;
  parts: Record<WorkedPart, string>;
  acts: Record<RigAct, string>;
  closeAgain: string;
  missing: string;
  untold: string;
  /** Of the light. */
  nothingShown: string;
  /** Before a reason in English. */
  invalid: string;
  contactor: Record<ContactorFeedback, string>;
  opensIn(seconds: number): string;
  drives: Record<PilotOutput['kind'], string>;
  lock: Record<LockFeedback, string>;
  tripped: string;
  notTripped: string;
  test: Record<ResidualCurrentReading['test'], string>;
  plug: { in: string; out: string };
  proximity: { none: string; cable(ohms: string, amps: string): string; odd(ohms: string): string };
  meter: Record<'voltage' | 'current' | 'power' | 'energy', string>;
  celsius(degrees: string): string;
  silent: string;
  whyNot: { missing: string; closedHere: string; closedElsewhere(outlet: string): string };
  station: {
    title: string;
    supply: string;
    supplies: { present: string; lost: string };
    readers: string;
    reader(side: string, isPresent: boolean): string;
    noReader: string;
    cards: string;
    noCard: string;
    several: string;
    seconds(age: string): string;
    button: string;
    notHeld: string;
    loop: string;
    turns(turns: string, gapMs: string): string;
    busErrors: string;
  };
  troubles: string;
  noTroubles: string;
  ribbon: { title: string; empty: string };
  end: string;
}
