/** What may go wrong with an update of a simulated station, as a table; what was chosen outlives restarts, for some show only there. */
import type { WorldMemory } from '../drivers/sim/memory';
import { GreenupError } from '../hal/errors';
import type { FileTransfer, FirmwareSlots } from '../hal/ports';
import { fieldsOf } from '../hal/store';
import type { UpdateHost } from '../hal/update-host';
import type { PackageGate } from '../release/updates/package-gate';
import type { UpdateFiles } from '../release/updates/update-files';
import type { UpdatePorts } from '../release/updates/update-ports';

/** One line each for help texts. */
export const updateFaults = {
  downloadBreaks: 'the connection ends within the file, at half of it or at another share',
  downloadDamaged: 'a byte of the file arrives as another one: a signature over the file is wrong',
  noSpace: 'there is no room for the file',
  wrongSignature: 'the file is not what was signed',
  installFails: 'the medium fails while the release is put into its slot',
  diesAtStart: 'the new release dies at each start, and is given up after three',
  neverConfirms: 'the new release does not prove itself, and is given up after half an hour',
} as const;

export type UpdateFault = keyof typeof updateFaults;
export const updateFaultNames = Object.keys(updateFaults) as UpdateFault[];

/** Where a download breaks unless told, in percent of the file. */
export const breakUsualPercent = 50;

export class UpdateFaults {
  constructor(private readonly memory: WorldMemory) {}

  has(fault: UpdateFault): boolean {
    return this.load().has(fault);
  }

  /** In percent of the file. */
  get breakPercent(): number | undefined {
    return this.load().get('downloadBreaks');
  }

  change(fault: UpdateFault, present: boolean, percent = breakUsualPercent): void {
    const faults = this.load();
    if (present) faults.set(fault, percent);
    else faults.delete(fault);
    this.memory.save({ format: 1, faults: Object.fromEntries(faults) });
  }

  private load(): Map<UpdateFault, number> {
    const { faults } = fieldsOf(this.memory.load());
    const found = Object.entries(fieldsOf(faults));
    return new Map(found.flatMap(([name, percent]) => (isUpdateFault(name) ? [[name, Number(percent)]] : [])));
  }
}

export function isUpdateFault(name: string): name is UpdateFault {
  return Object.hasOwn(updateFaults, name);
}

/** The same ports, to which these faults happen. */
export function faultyPorts(ports: UpdatePorts, faults: UpdateFaults): UpdatePorts {
  const { gate, files, slots } = ports;
  return {
    ...ports,
    gate: faultyGate(gate, faults),
    files: faultyFiles(files, faults),
    slots: faultySlots(slots, faults),
  };
}

function faultyFiles(files: UpdateFiles, faults: UpdateFaults): UpdateFiles {
  return {
    path: files.path,
    bytes: () => files.bytes(),
    open: (keptBytes) => files.open(keptBytes),
    freeBytes: async () => (faults.has('noSpace') ? 0 : files.freeBytes()),
    takeHanded: () => files.takeHanded(),
    remove: () => files.remove(),
  };
}

function faultyGate(gate: PackageGate, faults: UpdateFaults): PackageGate {
  return {
    verify: async (path, conditions) => {
      if (faults.has('wrongSignature')) {
        throw new GreenupError('package.untrusted', `${path}: its signature is wrong: it was changed, or is damaged`);
      }
      return gate.verify(path, conditions);
    },
    proven: (version) => gate.proven(version),
    trust: () => gate.trust(),
  };
}

function faultySlots(slots: FirmwareSlots, faults: UpdateFaults): FirmwareSlots {
  return {
    running: () => slots.running(),
    versions: () => slots.versions(),
    install: async (folder, version) => {
      if (faults.has('installFails')) throw new GreenupError('store.failed', `${folder}: cannot be read (EIO)`);
      await slots.install(folder, version);
    },
    beginTrial: (version) => slots.beginTrial(version),
    confirm: () => slots.confirm(),
    back: (reason) => slots.back(reason),
  };
}

/** The same host, whose downloads break. */
export function faultyHost(host: UpdateHost, faults: UpdateFaults): UpdateHost {
  const { transfer } = host;
  return transfer ? { ...host, transfer: faultyTransfer(transfer, faults) } : host;
}

function faultyTransfer(
  transfer: Pick<FileTransfer, 'download'>,
  faults: UpdateFaults,
): Pick<FileTransfer, 'download'> {
  return {
    download: (request, write) => {
      let at = 0;
      let totalBytes = 0;
      const onBegin: typeof request.onBegin = (begin) => {
        at = begin.fromByte;
        totalBytes = begin.totalBytes ?? 0;
        request.onBegin?.(begin);
      };
      return transfer.download({ ...request, onBegin }, async (portion) => {
        const { breakPercent } = faults;
        const max = breakPercent === undefined ? portion.length : Math.floor((totalBytes * breakPercent) / 100) - at;
        const whole = faults.has('downloadDamaged') && at === 0 ? damaged(portion) : portion;
        const taken = whole.subarray(0, Math.max(0, max));
        if (taken.length > 0) await write(taken);
        at += taken.length;
        if (taken.length < portion.length) {
          throw new GreenupError('transfer.broken', `${request.url}: the connection ended after ${at} bytes`);
        }
      });
    },
  };
}

function damaged(portion: Uint8Array): Uint8Array {
  const other = Uint8Array.from(portion);
  other[0] = (other[0] ?? 0) ^ 1;
  return other;
}
