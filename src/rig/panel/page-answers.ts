/** What the page of an armed rig hears of the parts and has them do: the answers to the questions of its thread. */
import type { RigOutcome, RigView } from '../../control/pages/armed-rig';
import type { PilotSteps, PilotWave } from '../../control/pages/bench';
import { PilotTrace } from '../../control/pilot-trace';
import type { Clock } from '../../hal/clock';
import type { ConnectorModel } from './model';
import type { RigQuestion } from './page-link';
import { rigView, waveOfReading } from './page-view';
import type { RigBench } from './work';

/** Of a level that no reading gives: nothing of it is drawn but that it is none. */
const noLevel: PilotWave = { state: 'invalid', highV: 0, lowV: 0, dutyPercent: null };

export class PageAnswers {
  private readonly pilots: PilotTrace;

  constructor(private readonly clock: Clock) {
    const isSame = (one: PilotWave, other: PilotWave): boolean =>
      one.state === other.state && one.dutyPercent === other.dutyPercent;
    this.pilots = new PilotTrace(clock, isSame);
  }

  /** What is driven or read at a pilot is another one now. */
  notePilot(model: ConnectorModel): void {
    const { connectorId, pilot } = model;
    if (pilot) this.pilots.note(connectorId, waveOfReading(pilot, model) ?? noLevel);
  }

  answer(bench: RigBench, question: RigQuestion): RigView | PilotSteps | RigOutcome | null {
    switch (question.kind) {
      case 'view':
        return rigView(bench.model(), { systemMs: this.clock.systemTime(), lastStep: this.pilots.lastNumber });
      case 'pilots':
        return this.pilots.after(question.after);
      case 'act':
        return bench.work(question.act, { kind: 'page', page: question.page }, question.connectorId);
      case 'here':
        bench.hear(question.page);
        return null;
      default:
        return question satisfies never;
    }
  }
}
