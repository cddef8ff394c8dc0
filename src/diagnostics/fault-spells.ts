/** The faults of a station lately, each from when it came to when it went, bounded. */
import type { FaultId } from '../station/faults';

interface KeptSpell {
  /** 0: the station as a whole. */
  connectorId: number;
  fault: FaultId;
  /** On the clock of the process, in ms. */
  cameAtMs: number;
  /** undefined: it is there. */
  wentAtMs: number | undefined;
}

/** Spells that are kept; of more the oldest that are over are forgotten. */
export const spellsMax = 100;

export class FaultSpells {
  private kept: KeptSpell[] = [];

  /** Oldest first. */
  get list(): readonly KeptSpell[] {
    return this.kept;
  }

  note(connectorId: number, fault: FaultId, present: boolean, nowMs: number): void {
    const open = this.kept.find((spell) => spell.wentAtMs === undefined && isOf(spell, connectorId, fault));
    if (!present) {
      if (open) this.kept = this.kept.map((spell) => (spell === open ? { ...spell, wentAtMs: nowMs } : spell));
      return;
    }
    if (open) return;
    this.kept.push({ connectorId, fault, cameAtMs: nowMs, wentAtMs: undefined });
    if (this.kept.length <= spellsMax) return;
    const oldest = this.kept.findIndex(({ wentAtMs }) => wentAtMs !== undefined);
    this.kept.splice(Math.max(0, oldest), 1);
  }

  /** A station that starts knows of no fault, and tells of each that it finds. */
  restarted(nowMs: number): void {
    this.kept = this.kept.map((spell) => ({ ...spell, wentAtMs: spell.wentAtMs ?? nowMs }));
  }
}

function isOf(spell: KeptSpell, connectorId: number, fault: FaultId): boolean {
  return spell.connectorId === connectorId && spell.fault === fault;
}
