/** Protections that a board may be without: for each that is lacking, what protects in its place, or what then does not. */
import type { BoardText, SocketText } from './board-schema';
import type { HardwareDraft } from './line-checks';
import type { YamlProblems } from './yaml-problems';
import type { YamlDraft } from './yaml-text';

export type SocketDraft = YamlDraft<SocketText>;

interface SocketPart {
  /** The name that says whether the part is there, and the name under which it is wired. */
  name: 'lock' | 'residualCurrentMonitor' | 'thermometer' | 'plugDetector';
  part: 'lock' | 'residual' | 'thermometer' | 'plug';
  /** Whether an outlet of this kind is expected to have it. */
  expected(socket: SocketDraft): boolean;
  /** What an outlet without it has in its place. */
  without(socket: SocketDraft): string;
}

const isTethered = ({ cable }: SocketDraft): boolean => typeof cable === 'object';

const socketParts: readonly SocketPart[] = [
  {
    name: 'lock',
    part: 'lock',
    expected: (socket) => socket.mode === 'mode3' && !isTethered(socket),
    without: () =>
      'nothing holds the plug: who draws it under load is protected only by the pilot contact, which parts first, and by a contactor that opens within 100 ms',
  },
  {
    name: 'residualCurrentMonitor',
    part: 'residual',
    expected: () => true,
    without: ({ mode }) =>
      mode === 'mode3'
        ? 'the RCD before the outlet must be of type B, for a vehicle may let a direct current flow that blinds a type A; the station sees no residual current'
        : 'the RCD of 30 mA before the outlet alone protects; the station sees no residual current',
  },
  {
    name: 'thermometer',
    part: 'thermometer',
    expected: ({ mode }) => mode === 'mode3',
    without: () =>
      'hot contacts are not seen: nothing lowers the current but the vehicle and the overload protection, which knows no contacts',
  },
  {
    name: 'plugDetector',
    part: 'plug',
    expected: ({ mode }) => mode === 'mode2',
    without: () =>
      'whether a plug is in is not seen: the outlet stays live as long as its charge lasts, whoever draws the plug',
  },
];

/** Adds a problem for each part of a rig's outlet that is neither wired nor said to be absent: it may have been forgotten. */
export function checkPartsSaid(socket: SocketDraft, path: string, problems: YamlProblems): void {
  for (const { name, part, expected, without } of socketParts) {
    if (socket[name] !== undefined || socket.wiring?.[part] !== undefined || !expected(socket)) continue;
    if (problems.has(`${path}.${name}`) || problems.has(`${path}.wiring.${part}`)) continue;
    problems.add(`${path}.wiring.${part}`, `missing; wire it, or write ${name}: false, and then ${without(socket)}`);
  }
}

/** Adds a warning for each protection that a rig is said to be without. */
export function warnOfLacking(board: YamlDraft<BoardText>, problems: YamlProblems): void {
  if (board.drivers !== 'pi') return;
  if (board.hardware) warnOfRig(board.hardware, problems);
  (board.points ?? []).forEach(({ sockets = [] }, point) => {
    sockets.forEach((socket, index) => {
      for (const { name, expected, without } of socketParts) {
        if (socket[name] !== false || !expected(socket)) continue;
        problems.warn(`points[${point}].sockets[${index}].${name}`, `found false; ${without(socket)}`);
      }
    });
  });
}

function warnOfRig({ pulse, supply, watchdog }: HardwareDraft, problems: YamlProblems): void {
  if (pulse === undefined) {
    const last = watchdog
      ? `, a machine that stands still until its watchdog acts (${watchdog.timeout ?? 15} s)`
      : ', a machine that stands still for ever';
    problems.warn(
      'hardware.pulse',
      `missing; the coils have their supply whether the program lives or not: one that stands still keeps its contactors closed until the service manager ends it (8 s with board/pi/greenup.service, else never)${last}. docs/rig.md has the charge pump that lets them go in 0.2 s`,
    );
  }
  if (supply === undefined) {
    problems.warn(
      'hardware.supply',
      'missing; a loss of mains is not seen: contactors drop with their own supply, and the station takes them for failed and ends no transaction as PowerLoss before its own power is gone',
    );
  }
  if (watchdog === undefined) {
    problems.warn(
      'hardware.watchdog',
      `missing; nothing restarts a machine that hangs, unless systemd feeds the device itself (RuntimeWatchdogSec)${pulse ? '; its contactors open, for the pulse stops' : ''}`,
    );
  }
}
