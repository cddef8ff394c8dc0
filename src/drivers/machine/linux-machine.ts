/** What Linux says of network and time: by `ip` and `timedatectl`, which are on every system with systemd, and its files. */
import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { Machine, MachineFacts, MachineInterface } from '../../hal/ports';
import { type Run, runProgram } from './run-program';

export interface LinuxMachineOptions {
  run?: Run;
  /** Where the name servers are. */
  resolverFile?: string;
}

const answerMaxMs = 2_000;
/** Name servers that a machine asks (resolv.conf(5), MAXNS). */
const nameServersMax = 3;

/** Of timedatectl. */
const answers: Readonly<Record<string, boolean>> = { yes: true, no: false };

export class LinuxMachine implements Machine {
  constructor(private readonly options: LinuxMachineOptions = {}) {}

  async facts(): Promise<MachineFacts> {
    const { run = runProgram, resolverFile = '/etc/resolv.conf' } = this.options;
    const printed = async (program: string, given: readonly string[]): Promise<string | undefined> => {
      const ran = await run(program, given, answerMaxMs);
      return ran.isDone ? ran.output : undefined;
    };
    const [addresses, routes, synchronised, resolver] = await Promise.all([
      printed('ip', ['-json', 'address', 'show']),
      printed('ip', ['-json', 'route', 'show', 'default']),
      printed('timedatectl', ['show', '--property=NTPSynchronized', '--value']),
      readFile(resolverFile, 'utf8').catch(() => ''),
    ]);
    const rows = rowsOf(addresses);
    return {
      hostName: hostname(),
      interfaces: rows?.flatMap((row) => interfaceOf(row) ?? []) ?? null,
      gateways: [...new Set((rowsOf(routes) ?? []).flatMap(({ gateway }) => (isText(gateway) ? [gateway] : [])))],
      nameServers: [...resolver.matchAll(/^nameserver\s+(\S+)/gm)]
        .map(([, server = '']) => server)
        .slice(0, nameServersMax),
      timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      followsTimeServer: answers[synchronised?.trim() ?? ''] ?? null,
    };
  }
}

type MachineRow = Readonly<Record<string, unknown>>;

function rowsOf(text: string | undefined): MachineRow[] | undefined {
  if (text === undefined) return undefined;
  try {
    const rows: unknown = JSON.parse(text.trim() === '' ? '[]' : text);
    return Array.isArray(rows) ? rows.filter(isRow) : undefined;
  } catch {
    return undefined; // An old `ip`, which prints no JSON.
  }
}

/** undefined for one that leads to the machine itself. */
function interfaceOf({ ifname, address, flags, operstate, addr_info: list }: MachineRow): MachineInterface | undefined {
  const flagged = Array.isArray(flags) ? flags : [];
  if (!isText(ifname) || flagged.includes('LOOPBACK')) return undefined;
  const found = (Array.isArray(list) ? list.filter(isRow) : []).filter(({ scope }) => scope === 'global');
  return {
    name: ifname,
    mac: isText(address) ? address : '',
    isUp: operstate === 'UP' || flagged.includes('LOWER_UP'),
    // The kernel counts the time of what was given; what is fixed has none.
    addresses: found.map(({ local, prefixlen, dynamic }) => ({
      address: `${String(local)}/${String(prefixlen)}`,
      by: dynamic === true ? 'given' : 'fixed',
    })),
  };
}

function isRow(value: unknown): value is MachineRow {
  return typeof value === 'object' && value !== null;
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
