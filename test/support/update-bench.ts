/** A station whose program is replaced by the real engine: simulated slots, files in a directory, and what a start does to both. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { VirtualClock } from '../../src/drivers/clock/virtual-clock';
import { fileWorldMemory } from '../../src/drivers/sim/memory';
import type { UpdateOrder, UpdateProgress } from '../../src/hal/firmware-updates';
import type { UpdateHost } from '../../src/hal/update-host';
import { FileInbox } from '../../src/release/updates/file-inbox';
import { AnyFile } from '../../src/release/updates/package-gate';
import { StagingFolder } from '../../src/release/updates/staging';
import { UpdateDirectory } from '../../src/release/updates/update-files';
import type { UpdatePorts } from '../../src/release/updates/update-ports';
import { Updates } from '../../src/release/updates/updates';
import { SimulatedSlots } from '../../src/simulator/simulated-slots';
import { type ProvedRelease, proveRelease } from '../../src/simulator/simulated-updates';
import { faultyHost, faultyPorts, UpdateFaults } from '../../src/simulator/update-faults';
import { Rig, type RigOptions } from './rig';

/** Version of the program in these stories. */
export const ownRelease = '1.0.0';
export const fileUrl = 'http://files.test/greenup-2.zip';

const listener = { clock: new VirtualClock(), warn: () => {} };
const directories: string[] = [];

export function removeUpdateDirectories(): void {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
}

/** Waits until the disk has done what it was asked, however busy the machine is. */
async function diskAtRest(): Promise<void> {
  do await new Promise((resolve) => setImmediate(resolve));
  while (process.getActiveResourcesInfo().some((name) => name.startsWith('FSReq')));
}

export class UpdateBench {
  readonly directory = mkdtempSync(join(tmpdir(), 'updates-'));
  readonly inbox = new FileInbox(join(this.directory, 'update'));
  /** In the place of its own. */
  ports: Partial<UpdatePorts> = {};
  readonly faults = new UpdateFaults(fileWorldMemory(join(this.directory, 'faults.json'), listener));
  /** The release on trial does not prove itself when this is false. */
  set provesItself(does: boolean) {
    this.faults.change('neverConfirms', !does);
  }

  /** The steps that were told, over all starts. */
  readonly told: string[] = [];
  slots = this.slotsOfStart();
  updates!: Updates;
  rig!: Rig;

  private constructor() {
    directories.push(this.directory);
  }

  static async start(options: RigOptions = {}, change: (bench: UpdateBench) => void = () => {}): Promise<UpdateBench> {
    const bench = new UpdateBench();
    change(bench);
    bench.slots.start();
    const slots = () => bench.slots;
    bench.rig = Rig.prepare({
      ...options,
      slots: {
        running: () => slots().running(),
        versions: () => slots().versions(),
        install: (folder, version) => slots().install(folder, version),
        beginTrial: (version) => slots().beginTrial(version),
        confirm: () => slots().confirm(),
        back: (reason) => slots().back(reason),
      },
      updates: (host) => bench.updatesOf(host),
      updateIntake: { inbox: bench.inbox, trust: async () => 'any' },
    });
    bench.rig.transfer.files.set(fileUrl, Buffer.from('a new release'));
    await bench.rig.powerOn();
    await bench.begin();
    bench.rig.forget();
    return bench;
  }

  private async begin(): Promise<void> {
    const proved: ProvedRelease = {
      running: this.rig.running,
      slots: this.slots,
      updates: this.updates,
      faults: this.faults,
      warn: (line) => this.rig.warnings.push(line),
    };
    proveRelease(proved);
    await this.settled(2_000);
  }

  /** The power is cut, and comes back. */
  async repower(kept: 'none' | 'some' | 'all' = 'some'): Promise<void> {
    this.updates.stop();
    await this.rig.cutPower(kept);
    // What a dead program still has under way must not come after what the next one does.
    for (let turn = 0; turn < 20; turn += 1) await diskAtRest();
    this.selectRelease();
    await this.rig.powerOn();
    await this.begin();
  }

  /** The program has ended because of a reset, and is started again. */
  async restart(): Promise<void> {
    this.selectRelease();
    await this.rig.restart();
    await this.begin();
  }

  /** What comes before each start. */
  private selectRelease(): void {
    this.slots = this.slotsOfStart();
    this.slots.start();
    while (this.faults.has('diesAtStart') && this.slots.isOnTrial) this.slots.start();
  }

  /** The order of a central system, but for what is said otherwise. */
  order(order: Partial<UpdateOrder> = {}): Promise<void> {
    const source = { from: 'url', url: fileUrl } as const;
    return this.updates.order({ source, by: 'centralSystem', retries: 0, retryIntervalMs: 60_000, ...order });
  }

  get progress(): UpdateProgress | undefined {
    return this.rig.running.updates?.progress();
  }

  /** Lets time pass, and real files be written, which takes none. */
  async settled(ms = 100): Promise<void> {
    for (let turn = 0; turn < 40; turn += 1) {
      await diskAtRest();
      await this.rig.advance(0);
    }
    await this.rig.advance(ms);
    for (let turn = 0; turn < 10; turn += 1) await diskAtRest();
  }

  /** Until something is true: virtual time goes on in small steps, and the disk has its turns. */
  async until(what: () => boolean, stepMs = 100, stepsMax = 400): Promise<void> {
    for (let steps = 0; !what(); steps += 1) {
      if (steps > stepsMax) throw new Error(`it does not come about; ${JSON.stringify(this.progress)}`);
      await this.settled(stepMs);
    }
  }

  untilStep(step: UpdateProgress['step']): Promise<void> {
    return this.until(() => this.progress?.step === step);
  }

  /** The update has asked for a restart, and the machine has started again. */
  async untilRestarted(): Promise<void> {
    await this.until(() => !this.rig.powered);
    await this.restart();
  }

  private updatesOf(host: UpdateHost): Updates {
    const { slots, inbox } = this;
    const directory = join(this.directory, 'update');
    const ports: UpdatePorts = {
      ...{ slots, gate: new AnyFile(), staging: new StagingFolder(directory) },
      files: new UpdateDirectory(directory, inbox.path),
      ...this.ports,
    };
    this.updates = new Updates(faultyHost(host, this.faults), faultyPorts(ports, this.faults));
    this.updates.onStep(({ step }) => this.told.push(step));
    return this.updates;
  }

  private slotsOfStart(): SimulatedSlots {
    return new SimulatedSlots(fileWorldMemory(join(this.directory, 'slots.json'), listener), ownRelease);
  }
}
