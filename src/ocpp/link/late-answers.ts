import type { LateAnswer } from './caller';

/** CALLs remembered at once; of too many the oldest is forgotten. */
const rememberedMax = 32;

export class LateResponses {
  private readonly byId = new Map<string, LateAnswer>();

  remember(id: string, answer: LateAnswer): void {
    this.byId.delete(id);
    this.byId.set(id, answer);
    const [oldest] = this.byId.keys();
    if (this.byId.size > rememberedMax && oldest !== undefined) this.byId.delete(oldest);
  }

  /** An answer counts once. */
  take(id: string): LateAnswer | undefined {
    const found = this.byId.get(id);
    this.byId.delete(id);
    return found;
  }
}
