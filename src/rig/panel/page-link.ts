/** What passes between the parts of an armed rig and the thread that serves its page: a question, its answer, one at a time. */
import type { RigAct } from '../../control/pages/armed-rig';

export type RigQuestion =
  | { kind: 'view' }
  | { kind: 'pilots'; after: number }
  | { kind: 'act'; act: RigAct; connectorId: number; page: string }
  | { kind: 'here'; page: string };

/** Out of the page's thread. `listens`: at this port. `failed`: the port cannot be had. */
export type FromPageThread =
  | { kind: 'asks'; question: RigQuestion }
  | { kind: 'listens'; port: number }
  | { kind: 'failed'; reason: string };

/** To the page's thread: the answer to the question that it asked last, as that kind of question has it. */
export interface ToPageThread {
  answer: unknown;
}

export interface PageThreadData {
  /** 0: any that is free. */
  port: number;
}
