/** A wired interface that does what it is told: what is on the disk, what the profile has now, and what the interface has. */
import type { ChangeMark, MarkedChange } from '../../src/control/network/change-mark';
import { GreenupError } from '../../src/hal/errors';
import type { WiredNetwork, WiredProfile, WiredRefusal, WiredSettings } from '../../src/hal/ports';
import type { JsonValue } from '../../src/hal/store';

const id = 'wired-1';

export class ScriptedNetwork implements WiredNetwork {
  /** After a restart of the machine; undefined: no such profile is left then. */
  onDisk: WiredSettings | undefined;
  present: WiredSettings | undefined;
  atInterface: WiredSettings;
  /** Instead of the profile. */
  refuses: WiredRefusal | undefined;
  /** What fails, and with which words. */
  failing: Partial<Record<'settings' | 'write' | 'lasting' | 'use', string>> = {};
  /** In order: what was asked to change something. */
  readonly acts: string[] = [];

  constructor(
    settings: WiredSettings,
    readonly isLasting = true,
  ) {
    this.onDisk = isLasting ? settings : undefined;
    this.present = settings;
    this.atInterface = settings;
  }

  async profiles(): Promise<readonly WiredProfile[] | WiredRefusal> {
    const { present: settings, isLasting } = this;
    if (this.refuses !== undefined || !settings) return this.refuses ?? 'noProfile';
    return [{ id, name: 'Wired connection 1', interfaceName: 'eth0', settings, isLasting }];
  }

  async settings(asked: string): Promise<WiredSettings | undefined> {
    this.mayFail('settings');
    return asked === id ? this.present : undefined;
  }

  async write(_id: string, settings: WiredSettings, lasts: boolean): Promise<void> {
    this.acts.push(lasts ? 'write lasting' : 'write');
    this.mayFail('write');
    if (lasts) this.mayFail('lasting');
    this.present = settings;
    if (lasts) this.onDisk = settings;
  }

  async use(): Promise<void> {
    this.acts.push('use');
    this.mayFail('use');
    if (this.present) this.atInterface = this.present;
  }

  private mayFail(what: keyof ScriptedNetwork['failing']): void {
    const words = this.failing[what];
    if (words !== undefined) throw new GreenupError('machine.refused', words);
  }
}

/** What it holds outlives whoever has it. */
export class ScriptedMark implements ChangeMark {
  value: JsonValue | undefined;
  isBroken = false;

  async read(): Promise<JsonValue | undefined> {
    if (this.isBroken) throw new Error('input/output error');
    return this.value;
  }

  async write(change: MarkedChange): Promise<void> {
    if (this.isBroken) throw new Error('no space left');
    this.value = JSON.parse(JSON.stringify(change)) as JsonValue;
  }

  async clear(): Promise<void> {
    if (this.isBroken) throw new Error('no space left');
    this.value = undefined;
  }
}
