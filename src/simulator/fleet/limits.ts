/** What the system lets one process have, against what a fleet needs: looked at before anything starts. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { getHeapStatistics } from 'node:v8';

export interface SystemLimits {
  /** Files and links that a process may have open; Node.js has raised its own limit to this hard one. */
  openFiles: number | undefined;
  /** Ports of this machine for connections to one address. */
  localPorts: number | undefined;
  /** What Node.js takes for its objects at most, in bytes. */
  heapBytes: number | undefined;
  /** What the machine has left, in bytes. */
  freeBytes: number | undefined;
}

/** Beside the links: the store's tables, standard streams, the interface for measurements, and some to spare. */
const otherFiles = 300;
/** What a station takes of the heap and of memory, in bytes: some more than was measured (bench/fleet.js). */
const heapBytesEach = 120_000;
const memoryBytesEach = 160_000;
const processBytes = 150_000_000;

/** What does not suffice, a line each, with the command that changes it; empty: nothing is known to be in the way. */
export function shortagesOf(stations: number, limits: SystemLimits): string[] {
  const { openFiles, localPorts, heapBytes, freeBytes } = limits;
  const files = stations + otherFiles;
  const heap = stations * heapBytesEach + processBytes;
  const memory = stations * memoryBytesEach + processBytes;
  const lines: (string | false | undefined)[] = [
    openFiles !== undefined &&
      openFiles < files &&
      `open files: ${stations} stations need ${files}, this process may have ${openFiles}; ` +
        `sudo prlimit --pid $$ --nofile=${files}:${files} in the shell that starts it ` +
        `(a service: LimitNOFILE=${files}; Docker: --ulimit nofile=${files})`,
    localPorts !== undefined &&
      localPorts < stations &&
      `local ports: ${stations} links to one address need as many, this machine gives ${localPorts}; ` +
        'sudo sysctl -w net.ipv4.ip_local_port_range="1024 65535", or shards on several machines',
    heapBytes !== undefined &&
      heapBytes < heap &&
      `heap of Node.js: ${stations} stations need about ${megabytes(heap)} MB, it has ${megabytes(heapBytes)}; ` +
        `NODE_OPTIONS=--max-old-space-size=${Math.ceil((heap * 1.2) / (1 << 20))}`,
    freeBytes !== undefined &&
      freeBytes < memory &&
      `memory: ${stations} stations need about ${megabytes(memory)} MB, ${megabytes(freeBytes)} are left; ` +
        'fewer with --stations, or shards on several machines with --shard',
  ];
  return lines.filter((line) => typeof line === 'string');
}

export function systemLimits(): SystemLimits {
  return {
    openFiles: openFilesOf(contentOf('/proc/self/limits')) ?? openFilesOfShell(),
    localPorts: portsOf(contentOf('/proc/sys/net/ipv4/ip_local_port_range')),
    heapBytes: getHeapStatistics().heap_size_limit,
    freeBytes: freeBytesOf(contentOf('/proc/meminfo')),
  };
}

/** The soft limit in a text such as /proc/self/limits; undefined: none, or nobody says. */
export function openFilesOf(text: string): number | undefined {
  return numberIn(/^Max open files\s+(\d+)/m, text);
}

/** How many ports are in a text such as ip_local_port_range. */
export function portsOf(text: string): number | undefined {
  const [, first, last] = /^(\d+)\s+(\d+)/.exec(text) ?? [];
  return first === undefined ? undefined : Number(last) - Number(first) + 1;
}

/** What is left in a text such as /proc/meminfo, in bytes. */
export function freeBytesOf(text: string): number | undefined {
  const kilobytes = numberIn(/^MemAvailable:\s+(\d+) kB/m, text);
  return kilobytes === undefined ? undefined : kilobytes * 1024;
}

/** Where there is no /proc, the hard limit that a shell tells. */
function openFilesOfShell(): number | undefined {
  try {
    return numberIn(/^(\d+)$/, execFileSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' }).trim());
  } catch {
    return undefined;
  }
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function numberIn(pattern: RegExp, text: string): number | undefined {
  const found = pattern.exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}
