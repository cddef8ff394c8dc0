/** How the program of a simulated station is replaced: as on a rig, in simulated slots, by whatever file somebody likes. */
import { join } from 'node:path';
import { fileWorldMemory, type MemoryListener } from '../drivers/sim/memory';
import type { Board } from '../hal/board';
import type { UpdateIntake } from '../hal/firmware-updates';
import type { FirmwareSlots } from '../hal/ports';
import { programVersion } from '../hal/program-version';
import type { UpdateHost } from '../hal/update-host';
import type { RunningStation } from '../main';
import { baseOfProgram } from '../release/package/base';
import { HighestVersion } from '../release/package/trust';
import { ReleaseTrial } from '../release/release-trial';
import { FileInbox } from '../release/updates/file-inbox';
import { AnyFile, type PackageGate, SignedPackages } from '../release/updates/package-gate';
import { StagingFolder } from '../release/updates/staging';
import { UpdateDirectory } from '../release/updates/update-files';
import type { UpdatePorts } from '../release/updates/update-ports';
import { Updates } from '../release/updates/updates';
import { faultyHost, faultyPorts, UpdateFaults } from './update-faults';

/** What may be installed: any file, or packages that are signed by a key in a folder. */
export type FirmwareRule = { takes: 'any' } | { takes: 'signed'; keysFolder: string };

export interface SimulatedUpdates {
  /** What goes wrong with them; absent: nothing does. */
  readonly faults?: UpdateFaults;
  readonly intake: UpdateIntake;
  /** Those of a station that starts. */
  updates(host: UpdateHost): Updates;
  /** Lets a release on trial prove itself, once its station runs. */
  prove(proved: ProvedRelease): void;
}

/** As a rig does it, only sooner; in simulated time. */
const trialHealthyMs = 5_000;
const lookMs = 1_000;

export interface ProvedRelease {
  running: RunningStation;
  slots: FirmwareSlots;
  updates: Updates;
  /** Which may keep it from that; absent: none does. */
  faults?: Pick<UpdateFaults, 'has'>;
  warn(message: string): void;
}

/** A release on trial proves itself, or is given up. Nothing is done where none is on trial. */
export function proveRelease({ running, slots, updates, faults, warn }: ProvedRelease): void {
  const { clock, station } = running;
  const confirm = async (): Promise<void> => {
    await slots.confirm();
    await running.confirmRelease();
    await updates.proven(programVersion);
  };
  const trial = new ReleaseTrial({
    clock,
    slots: { confirm, running: () => slots.running(), versions: () => slots.versions() },
    healthyMs: trialHealthyMs,
    giveUp: (reason) => updates.giveUp(reason),
    warn,
  });
  const look = (): void => {
    if (!station.runs || trial.isOver) return;
    const silent = station.config.connectors.filter(
      ({ connectorId }) => !station.state.connectors[connectorId - 1]?.report,
    );
    const reasons = silent.map(({ connectorId }) => `connector ${connectorId} has not reported yet`);
    if (faults?.has('neverConfirms')) reasons.push('it was told not to prove itself');
    trial.judge({ healthy: reasons.length === 0, accepted: running.isAccepted, reasons });
    clock.at(clock.now() + lookMs, look);
  };
  void slots.versions().then(({ trial: onTrial }) => onTrial && look());
}

export interface SimulatedUpdatesOptions {
  /** Directory of the station. */
  state: string;
  board: Board;
  slots: FirmwareSlots;
  rule: FirmwareRule;
  /** Of what keeps the faults. */
  listener: MemoryListener;
  /** Work of the disk, which takes no simulated time. */
  timeless<T>(work: Promise<T>): Promise<T>;
}

export function simulatedUpdates(options: SimulatedUpdatesOptions): SimulatedUpdates {
  const { state, board, slots, rule, listener, timeless } = options;
  const directory = join(state, 'update');
  const faults = new UpdateFaults(fileWorldMemory(join(state, 'update-faults.json'), listener));
  const gate = timelessGate(gateOf(directory, board, rule), timeless);
  const inbox = new FileInbox(directory);
  const ports: UpdatePorts = {
    ...{ slots, gate },
    files: new UpdateDirectory(directory, inbox.path),
    staging: new StagingFolder(directory),
  };
  return {
    faults,
    intake: { inbox, trust: () => gate.trust() },
    updates: (host) => new Updates(faultyHost(host, faults), faultyPorts(ports, faults)),
    prove: proveRelease,
  };
}

function timelessGate(gate: PackageGate, timeless: SimulatedUpdatesOptions['timeless']): PackageGate {
  return {
    verify: async (path, conditions) => {
      const verified = await timeless(gate.verify(path, conditions));
      return { ...verified, unpackTo: (folder) => timeless(verified.unpackTo(folder)) };
    },
    proven: (version) => gate.proven(version),
    trust: () => gate.trust(),
  };
}

function gateOf(directory: string, board: Board, rule: FirmwareRule): PackageGate {
  if (rule.takes === 'any') return new AnyFile();
  return new SignedPackages({
    keysFolder: rule.keysFolder,
    model: board.model,
    runs: programVersion,
    // Nothing lies outside of the slots of a simulation.
    base: () => baseOfProgram(),
    highest: new HighestVersion(join(directory, 'highest-version')),
  });
}
