/** A session as a test: what was done, in the words of test/support/rig.ts, and what the station then said, as expectations. */
import { fieldsOf, type JsonValue } from '../../hal/store';
import { isSecretKey } from '../../ocpp/frames/masking';
import { literal, numeral } from './literal';
import type { RecordedSession, SessionEvent } from './session';
import { deedOf, type Need } from './story-deeds';

/** What `expectCall` of a story waits without being told, less some room, in ms. */
const patienceMs = 20_000;
/** What is said of a request, of those that a story expects; others depend on intervals. */
const expectedMembers: Readonly<Record<string, readonly string[]>> = {
  BootNotification: [],
  Authorize: ['idTag'],
  StartTransaction: ['connectorId', 'idTag'],
  StopTransaction: ['reason', 'idTag'],
  FirmwareStatusNotification: ['status'],
  SignedFirmwareStatusNotification: ['status', 'requestId'],
  DiagnosticsStatusNotification: ['status'],
};
const boards: Readonly<Record<string, string>> = { 'simulated-single': 'singleBoard()' };
const usualBoard = 'simulated-double';

export function storyOf(session: RecordedSession): string {
  return new StoryWriter(session).write();
}

type StoryFrame = readonly [kind: number, id: string, ...rest: JsonValue[]];

class StoryWriter {
  private readonly lines: string[] = [];
  private readonly needs = new Set<Need | 'singleBoard' | 'Board'>();
  private readonly events: readonly SessionEvent[];
  private readonly beginMs: number;
  /** How far the story has been told. */
  private toldMs = 0;
  private readonly statuses = new Map<number, string>();
  private readonly seen = new Set<string>();
  private readonly actions = new Map<string, string>();

  constructor(private readonly session: RecordedSession) {
    const { events } = session;
    const refused = new Set(events.flatMap((event) => (event.kind === 'refused' ? [event.command] : [])));
    let command = 0;
    const done = events.filter((event) => {
      if (event.kind !== 'command') return true;
      command += 1;
      return !refused.has(command);
    });
    const first = done.findIndex(({ kind }) => kind === 'command');
    for (const { id } of events.flatMap((event) => requestOf(event, 'sent') ?? [])) this.seen.add(id);
    this.events = first < 0 ? [] : done.slice(first);
    for (const { id, action } of events.flatMap((event) => requestOf(event, 'sent') ?? []))
      this.actions.set(id, action);
    for (const { id } of this.events.flatMap((event) => requestOf(event, 'sent') ?? [])) this.seen.delete(id);
    this.beginMs = this.events[0]?.atMs ?? 0;
  }

  write(): string {
    for (const [index, event] of this.events.entries()) this.tell(event, index);
    this.end();
    const body = [...this.setUp(), '', ...this.lines].map((line) => (line === '' ? '' : `  ${line}`));
    const date = this.session.start.systemTimeMs;
    const when = date === null ? '' : ` of ${new Date(date).toISOString().slice(0, 10)}`;
    return [
      `/** What was done at a bench, and what the station made of it: written by the bench out of a session${when}. */`,
      ...this.imports(),
      '',
      'afterEach(closeTheBooks);',
      '',
      "test('a session of the bench', async () => {",
      ...body,
      '});',
      '',
    ].join('\n');
  }

  private tell(event: SessionEvent, index: number): void {
    const call = requestOf(event, 'received');
    if (event.kind === 'command') {
      const { lines, needs = [] } = deedOf(event.name, event.request);
      for (const need of needs) this.needs.add(need);
      if (lines.length === 0) return;
      this.goTo(event.atMs);
      this.refusedTokens(index);
      this.lines.push(...lines);
    } else if (call) {
      this.goTo(event.atMs);
      this.refusedTokens(index);
      this.lines.push(...this.called(call, index));
    } else {
      const request = requestOf(event, 'sent');
      if (request && !this.seen.has(request.id)) this.expect(request, event.atMs);
    }
  }

  private goTo(atMs: number): void {
    const offsetMs = Math.round(atMs - this.beginMs);
    if (offsetMs <= this.toldMs) return;
    this.toldMs = offsetMs;
    this.lines.push(`await at(${numeral(offsetMs)});`);
  }

  private expect({ id, action, payload }: StoryRequest, atMs: number): void {
    this.seen.add(id);
    const line = expectation(action, payload);
    if (line === undefined) return;
    if (action === 'StatusNotification') this.statuses.set(Number(payload.connectorId), String(payload.status));
    if (atMs - this.beginMs > this.toldMs + patienceMs) this.goTo(atMs);
    this.lines.push(line);
  }

  /** A card that the central system refused until the next deed is refused in the story, too. */
  private refusedTokens(index: number): void {
    for (const event of this.events.slice(index + 1)) {
      if (event.kind === 'command' || requestOf(event, 'received')) return;
      if (event.kind !== 'received') continue;
      const [kind, id, payload] = frameOf(event.text);
      const action = kind === 3 ? this.actions.get(id) : undefined;
      const { status } = fieldsOf(fieldsOf(payload).idTagInfo);
      if (action === undefined || status === undefined || status === 'Accepted') continue;
      this.lines.push(`rig.central.once('${action}', () => (${literal(payload ?? null)}));`);
    }
  }

  private called({ id, action, payload }: StoryRequest, index: number): string[] {
    const answer = this.events.slice(index).flatMap((event) => {
      const [kind, answered, result] = event.kind === 'sent' ? frameOf(event.text) : [0, ''];
      return kind === 3 && answered === id ? [fieldsOf(result)] : [];
    })[0];
    const status = answer?.status;
    const call = `rig.call('${action}', ${literal(payload)})`;
    const lines = typeof status === 'string' ? answered(call, status) : [`await ${call};`];
    return action === 'Reset' && status === 'Accepted' ? [...lines, 'await rig.restart();'] : lines;
  }

  private end(): void {
    const last = this.events.at(-1);
    if (last) this.goTo(last.atMs);
    for (const [connectorId, status] of [...this.statuses].sort(([one], [other]) => one - other)) {
      if (connectorId > 0) this.lines.push(`expect(rig.status(${connectorId})).toBe('${status}');`);
    }
  }

  private setUp(): string[] {
    const { start } = this.session;
    const { name } = fieldsOf(start.board);
    const known = boards[String(name)];
    if (known !== undefined) this.needs.add('singleBoard');
    const isOwn = name !== usualBoard && known === undefined;
    if (isOwn) this.needs.add('Board');
    const config = this.settings();
    const options = [
      ...(known === undefined ? [] : [`board: ${known}`]),
      ...(isOwn ? [`board: JSON.parse(${literal(JSON.stringify(start.board))}) as Board`] : []),
      ...(Object.keys(config).length === 0 ? [] : [`config: ${literal(config)}`]),
      ...(start.wire === 'standard' ? [] : [`wire: '${start.wire}'`]),
    ];
    const transactionId = this.firstTransactionId();
    return [
      `const rig = await Rig.start(${options.length === 0 ? '' : `{ ${options.join(', ')} }`});`,
      ...(this.needs.has('control') ? ['const control = stationControl(() => rig.running);'] : []),
      ...(transactionId === undefined ? [] : [`rig.central.nextTransactionId = ${transactionId};`]),
      ...(this.lines.some((line) => line.startsWith('await at('))
        ? [
            'const begin = rig.clock.now();',
            'const at = (ms: number) => rig.advance(Math.max(0, begin + ms - rig.clock.now()));',
          ]
        : []),
    ];
  }

  /** The keys that had been changed before, but for the address, which a story has of its own. */
  private settings(): Record<string, string> {
    const loaded = this.session.events.find((event) => event.kind === 'loaded');
    const stored = (loaded?.kind === 'loaded' ? loaded.values : []).flatMap(([key, value]): [string, string][] =>
      key.startsWith('config/') && typeof value === 'string' ? [[key.slice('config/'.length), value]] : [],
    );
    const all = { ...this.session.start.configuration, ...Object.fromEntries(stored) };
    return Object.fromEntries(
      Object.entries(all).filter(([key]) => key !== 'URL' && key !== 'UID' && !isSecretKey(key)),
    );
  }

  private firstTransactionId(): number | undefined {
    for (const event of this.events) {
      const [kind, id, payload] = event.kind === 'received' ? frameOf(event.text) : [0, ''];
      const { transactionId } = kind === 3 && this.actions.get(id) === 'StartTransaction' ? fieldsOf(payload) : {};
      if (typeof transactionId === 'number') return transactionId;
    }
    return undefined;
  }

  private imports(): string[] {
    const has = (need: Need | 'singleBoard' | 'Board') => this.needs.has(need);
    return [
      ...(has('control') ? ["import { stationControl } from '../../src/control/station-commands';"] : []),
      ...(has('readyVehicle') ? ["import { readyVehicle } from '../../src/drivers/sim/ready-vehicles';"] : []),
      ...(has('Board') ? ["import type { Board } from '../../src/hal/board';"] : []),
      `import { closeTheBooks, Rig${has('singleBoard') ? ', singleBoard' : ''} } from '../support/rig';`,
    ];
  }
}

/** As the formatter of this project breaks lines. */
const lineCharactersMax = 118;

function answered(call: string, status: string): string[] {
  const line = `expect(await ${call}).toMatchObject({ status: '${status}' });`;
  if (line.length <= lineCharactersMax) return [line];
  return [`expect(await ${call}).toMatchObject({`, `  status: '${status}',`, '});'];
}

interface StoryRequest {
  id: string;
  action: string;
  payload: { [name: string]: JsonValue };
}

function requestOf(event: SessionEvent, direction: 'sent' | 'received'): StoryRequest | undefined {
  if (event.kind !== direction || (event.kind !== 'sent' && event.kind !== 'received')) return undefined;
  const [kind, id, action, payload] = frameOf(event.text);
  return kind === 2 ? { id, action: String(action), payload: fieldsOf(payload) } : undefined;
}

function frameOf(text: string): StoryFrame {
  return text === '' ? [0, ''] : (JSON.parse(text) as StoryFrame);
}

/** undefined: a message that depends on intervals, not on deeds. */
function expectation(action: string, payload: { [name: string]: JsonValue }): string | undefined {
  if (action === 'StatusNotification') {
    const { connectorId = 0, status = '', errorCode = 'NoError' } = payload;
    if (errorCode === 'NoError') return `await rig.expectStatus(${literal(connectorId)}, ${literal(status)});`;
    return `await rig.expectCall('${action}', ${literal({ connectorId, status, errorCode })});`;
  }
  const members = Object.hasOwn(expectedMembers, action) ? expectedMembers[action] : undefined;
  if (!members) return undefined;
  const match = Object.fromEntries(
    members.flatMap((name) => (payload[name] === undefined ? [] : [[name, payload[name]]])),
  );
  const said = Object.keys(match).length === 0 ? '' : `, ${literal(match as { [name: string]: JsonValue })}`;
  return `await rig.expectCall('${action}'${said});`;
}
