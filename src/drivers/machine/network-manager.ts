/** Changes wired interfaces by NetworkManager's own command, nmcli(1): profiles that are in use, IPv4 alone. */
import { GreenupError } from '../../hal/errors';
import type { WiredNetwork, WiredProfile, WiredRefusal, WiredSettings } from '../../hal/ports';
import { type Run, runProgram } from './run-program';

/** NetworkManager answers in some hundredths of a second; a busy machine takes longer, in ms. */
const answerMaxMs = 10_000;

/** What the user must be allowed to do; polkit cannot say for which profile (NetworkManager(8)). */
const permissions = ['network-control', 'settings.modify.system'].map(
  (name) => `org.freedesktop.NetworkManager.${name}`,
);

/** Of nm-settings-nmcli(5): those that make up WiredSettings. All others of a profile stay as they are. */
const properties = ['ipv4.method', 'ipv4.addresses', 'ipv4.gateway', 'ipv4.dns', 'ipv4.ignore-auto-dns'] as const;

const methods: Readonly<Record<string, WiredSettings['by']>> = { auto: 'given', manual: 'fixed' };

/** Profiles that netplan writes: what is changed in them is not where netplan keeps it. */
const netplanPrefix = 'netplan-';
/** Of this boot alone (NetworkManager.conf(5), keyfile). */
const volatileFolder = '/run/';

export class NetworkManager implements WiredNetwork {
  constructor(private readonly run: Run = runProgram) {}

  async profiles(): Promise<readonly WiredProfile[] | WiredRefusal> {
    try {
      const may = new Map(
        (await this.rows('PERMISSION,VALUE', ['general', 'permissions'])).map(([what, may]) => [what, may]),
      );
      const found = await this.inUse();
      if (found.length === 0) return 'noProfile';
      if (permissions.some((name) => may.get(name) !== 'yes')) return 'notAllowed';
      const own = found.filter(({ name }) => !name.startsWith(netplanPrefix));
      if (own.length === 0) return 'foreignProfile';
      const files = new Map(
        (await this.rows('UUID,FILENAME', ['connection', 'show'])).map(([id, file = '']) => [id, file]),
      );
      const profiles = await Promise.all(
        own.map(async ({ id, name, interfaceName }): Promise<WiredProfile[]> => {
          const settings = await this.settings(id);
          const file = files.get(id) ?? '';
          const isLasting = file !== '' && !file.startsWith(volatileFolder);
          return settings ? [{ id, name, interfaceName, settings, isLasting }] : [];
        }),
      );
      const known = profiles.flat();
      return known.length === 0 ? 'otherKind' : known;
    } catch {
      return 'noManager';
    }
  }

  async settings(id: string): Promise<WiredSettings | undefined> {
    const ids = (await this.rows('UUID', ['connection', 'show'])).map(([one]) => one);
    if (!ids.includes(id)) return undefined;
    const told = await this.ask(['-t', '-f', properties.join(','), 'connection', 'show', 'uuid', id]);
    // In this form nothing is escaped, and a name is all before the first colon.
    const values = new Map(told.split('\n').map((line) => splitOnce(line, ':')));
    const by = methods[values.get('ipv4.method') ?? ''];
    return (
      by && {
        by,
        addresses: listOf(values.get('ipv4.addresses')),
        router: values.get('ipv4.gateway') || null,
        nameServers: listOf(values.get('ipv4.dns')),
        ownServersOnly: values.get('ipv4.ignore-auto-dns') === 'yes',
      }
    );
  }

  async write(id: string, settings: WiredSettings, lasts: boolean): Promise<void> {
    const { by, addresses, router, nameServers, ownServersOnly } = settings;
    const values: Record<(typeof properties)[number], string> = {
      'ipv4.method': by === 'given' ? 'auto' : 'manual',
      'ipv4.addresses': addresses.join(','),
      'ipv4.gateway': router ?? '',
      'ipv4.dns': nameServers.join(','),
      'ipv4.ignore-auto-dns': ownServersOnly ? 'yes' : 'no',
    };
    const given = Object.entries(values).flat();
    await this.ask(['connection', 'modify', ...(lasts ? [] : ['--temporary']), 'uuid', id, ...given]);
  }

  async use(id: string, interfaceName: string): Promise<void> {
    await this.ask(['--wait', '0', 'connection', 'up', 'uuid', id, 'ifname', interfaceName]);
  }

  /** Of wired interfaces, those that NetworkManager itself works. */
  private async inUse(): Promise<{ id: string; name: string; interfaceName: string }[]> {
    const rows = await this.rows('DEVICE,TYPE,STATE,CONNECTION,CON-UUID', ['device', 'status']);
    return rows.flatMap(([interfaceName = '', type, state = '', name = '', id = '']) => {
      const isWorked = /^connect(ed|ing)\b/.test(state) && !state.includes('externally');
      return type === 'ethernet' && isWorked && id !== '' ? [{ id, name, interfaceName }] : [];
    });
  }

  /** The lines of a table, each as its fields. */
  private async rows(fields: string, given: readonly string[]): Promise<string[][]> {
    const told = await this.ask(['-t', '-f', fields, ...given]);
    return told.split('\n').flatMap((line) => (line === '' ? [] : [fieldsOfLine(line)]));
  }

  private async ask(given: readonly string[]): Promise<string> {
    const ran = await this.run('nmcli', given, answerMaxMs);
    if (!ran.isDone) throw new GreenupError('machine.refused', ran.words);
    return ran.output;
  }
}

/** Fields stand between colons; a colon or a backslash of a field has a backslash before it (nmcli(1), --escape). */
function fieldsOfLine(line: string): string[] {
  const fields = [''];
  for (const [piece] of line.matchAll(/\\.|./g)) {
    if (piece === ':') fields.push('');
    else fields[fields.length - 1] += piece.length === 2 ? piece.slice(1) : piece;
  }
  return fields;
}

function splitOnce(text: string, at: string): [string, string] {
  const place = text.indexOf(at);
  return place < 0 ? [text, ''] : [text.slice(0, place), text.slice(place + at.length).trim()];
}

function listOf(text: string | undefined): string[] {
  return (text ?? '').split(/[\s,]+/).filter((one) => one !== '');
}
