/** At what a process and its children listen, as the kernel has it (proc(5)): TCP, UDP and sockets with a path. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

export interface Listener {
  protocol: 'tcp' | 'udp' | 'unix';
  /** Of TCP and UDP: such as 127.0.0.1 or ::, which stands for every address. */
  address: string;
  /** 0 of a path. */
  port: number;
}

/** State of a TCP socket that listens. */
const listening = '0A';
/** State of a UDP socket that was connected to somebody: it is no door. */
const connected = '01';
/** Flag of a Unix socket that takes connections. */
const accepting = 0x10000;

export function listenersOf(pid: number | undefined): Listener[] {
  return familyOf(pid).flatMap(listenersOfOne);
}

/** Ports of one process alone at which it listens for TCP connections. */
export function listeningPorts(pid: number | undefined): number[] {
  return pid === undefined ? [] : listenersOfOne(pid).flatMap(({ protocol, port }) => (protocol === 'tcp' ? port : []));
}

/** The process with all that it has begun. */
function familyOf(pid: number | undefined): number[] {
  if (pid === undefined) return [];
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number),
  );
  return [pid, ...children.flatMap(familyOf)];
}

function listenersOfOne(pid: number): Listener[] {
  const own = socketsOf(pid);
  const rows = (name: string) => readFileSync(`/proc/${pid}/net/${name}`, 'utf8').trim().split('\n').slice(1);
  const ports = (['tcp', 'tcp6', 'udp', 'udp6'] as const).flatMap((name) =>
    rows(name).flatMap((row): Listener[] => {
      const [, local = '', , state, , , , , , inode = ''] = row.trim().split(/\s+/);
      const protocol = name.startsWith('tcp') ? 'tcp' : 'udp';
      if (!own.has(inode) || (protocol === 'tcp' ? state !== listening : state === connected)) return [];
      const [address = '', port = ''] = local.split(':');
      return [{ protocol, address: addressOf(address), port: Number.parseInt(port, 16) }];
    }),
  );
  const paths = rows('unix').flatMap((row): Listener[] => {
    const [, , , flags = '', , , inode = '', path = ''] = row.trim().split(/\s+/);
    const takes = own.has(inode) && (Number.parseInt(flags, 16) & accepting) !== 0;
    return takes ? [{ protocol: 'unix', address: path, port: 0 }] : [];
  });
  return [...ports, ...paths];
}

function socketsOf(pid: number): Set<string> {
  const files = `/proc/${pid}/fd`;
  return new Set(readdirSync(files).flatMap((file) => inodeOf(join(files, file)) ?? []));
}

function inodeOf(file: string): string | undefined {
  try {
    return /^socket:\[(\d+)\]$/.exec(readlinkSync(file))?.[1];
  } catch {
    // Closed since the names were read.
    return undefined;
  }
}

/** The kernel writes words of 32 bits, each with its last byte first. */
function addressOf(hex: string): string {
  const words = hex.match(/.{8}/g) ?? [];
  const bytes = words.flatMap((word) => (word.match(/../g) ?? []).reverse());
  if (bytes.length === 4) return bytes.map((byte) => Number.parseInt(byte, 16)).join('.');
  const text = bytes.join('');
  if (/^0*$/.test(text)) return '::';
  return text === `${'0'.repeat(31)}1` ? '::1' : text;
}
