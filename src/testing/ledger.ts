/** What must hold after any story: frames are valid, every start has one stop, and the energy told is the energy given. */
import { check, isAction, messages } from '../ocpp/messages';
import { type Status, statuses } from '../station/types';
import type { Received, ScriptedCentral } from './central';

/** One transaction as the central system came to know it. */
export interface Account {
  transactionId: number;
  connectorId: number;
  start: Received;
  stops: Received[];
  samples: Received[];
}

/** What an audit looks at: all that one station said and did. */
export interface Books {
  readonly central: ScriptedCentral;
  /** What the meters of the world have counted, against what was told. */
  readonly world: { snapshot(): { connectors: readonly { connectorId: number; energyWh: number }[] } };
  /** Contactors told to close without a durable transaction, a line each. */
  readonly wrongClosings: readonly string[];
  /** Of the station's log. */
  readonly warnings: readonly string[];
  /** Energy in Wh that flowed outside of transactions on purpose. */
  readonly leakWh: number;
  /** False: nothing is looked at. */
  readonly audited: boolean;
  /** For the message of what is wrong. */
  lastFrames(): string;
}

/** Nothing in a story happens before this. */
const earliest = Date.UTC(2026, 0, 1);

/**
 * Holds what was told against what was done: frames against the schemas, each start against its one stop, the order of messages
 * and statuses, and energies told against the meters, to 1 Wh a transaction. Throws an Error with everything that is wrong.
 */
export function audit(books: Books): void {
  if (!books.audited) return;
  const { central } = books;
  const wrong = [
    ...wrongFrames(central),
    ...wrongDates(central),
    ...wrongIds(central),
    ...wrongAccounts(central),
    ...wrongOrder(central),
    ...wrongStatuses(central),
    ...wrongEnergies(books),
    ...books.wrongClosings.map((text) => `contactor told to close without durable start: ${text}`),
    ...books.warnings.filter((text) => /violates its schema/.test(text)),
  ];
  if (wrong.length > 0) throw new Error(`the books do not balance:\n${wrong.join('\n')}\n${books.lastFrames()}`);
}

/** Every transaction that got an id, in the order of the ids' giving. */
export function accounts(central: ScriptedCentral): Account[] {
  const requests = firsts(central);
  const of = (action: string, transactionId: number) =>
    requests.filter((r) => r.action === action && r.payload.transactionId === transactionId);
  return [...central.transactions].map(([transactionId, start]) => ({
    transactionId,
    connectorId: Number(start.payload.connectorId),
    start,
    stops: of('StopTransaction', transactionId),
    samples: of('MeterValues', transactionId),
  }));
}

/** Requests without the repetitions. */
export function firsts(central: ScriptedCentral): Received[] {
  return central.received.filter((r) => !r.repeated);
}

/** Every frame of the station obeys its schema. */
function wrongFrames(central: ScriptedCentral): string[] {
  const requests = central.received.flatMap(({ action, payload }) => {
    const violation = isAction(action) ? check(messages[action].request, payload) : { message: 'no such action' };
    return violation ? [`${action}.req ${violation.message}`] : [];
  });
  const answers = [...central.exchanges.values()].flatMap(({ action, frame }) => {
    if (frame?.[0] !== 3 || !isAction(action)) return [];
    const violation = check(messages[action].response, frame[2]);
    return violation ? [`${action}.conf ${violation.message}`] : [];
  });
  return [...requests, ...answers];
}

function wrongDates(central: ScriptedCentral): string[] {
  return central.received.flatMap(({ action, payload }) =>
    [...JSON.stringify(payload).matchAll(/"(\d{4}-\d\d-\d\dT[^"]*)"/g)].flatMap(([, text = '']) => {
      const at = Date.parse(text);
      return at < earliest || at > central.now() ? [`${action} is dated ${text}`] : [];
    }),
  );
}

/** An id means one message, over all connections and boots; a repetition may only have learnt its transactionId. */
function wrongIds(central: ScriptedCentral): string[] {
  const known = new Map<string, string>();
  return central.received.flatMap(({ id, action, payload }) => {
    const text = JSON.stringify([action, { ...payload, transactionId: undefined }]);
    const before = known.get(id) ?? text;
    known.set(id, before);
    return before === text ? [] : [`message id ${id} means ${before} and ${text}`];
  });
}

function wrongAccounts(central: ScriptedCentral): string[] {
  const found = accounts(central).flatMap(({ transactionId, start, stops, samples }) => {
    const stop = stops[0];
    if (!stop || stops.length > 1) return [`transaction ${transactionId} has ${stops.length} stops`];
    const late = samples.filter((r) => r.at > stop.at).map(() => `transaction ${transactionId}: values after its stop`);
    const backwards = Number(stop.payload.meterStop) < Number(start.payload.meterStart);
    return backwards ? [...late, `transaction ${transactionId}: register goes back`] : late;
  });
  const strangers = firsts(central).filter(
    (r) => r.action === 'StopTransaction' && !central.transactions.has(Number(r.payload.transactionId)),
  );
  const unnumbered = firsts(central).filter((r) => r.action === 'StartTransaction').length - central.transactions.size;
  const balanced = strangers.length === unnumbered && strangers.every((r) => r.payload.transactionId === -1);
  return balanced ? found : [...found, `${unnumbered} starts got no id, ${strangers.length} stops carry none`];
}

/** OCPP 1.6, 3.7: messages of transactions come in the order of what they tell. */
function wrongOrder(central: ScriptedCentral): string[] {
  let before = 0;
  return firsts(central).flatMap(({ action, payload }) => {
    const values = payload.meterValue as { timestamp: string }[] | undefined;
    const told = action === 'MeterValues' ? values?.[0]?.timestamp : payload.timestamp;
    const isOfTransaction = action === 'StartTransaction' || action === 'StopTransaction' || action === 'MeterValues';
    if (!isOfTransaction || (payload.transactionId === undefined && action === 'MeterValues')) return [];
    const at = Date.parse(String(told));
    const wrong =
      at < before ? [`${action} of ${String(told)} comes after one of ${new Date(before).toISOString()}`] : [];
    before = Math.max(before, at);
    return wrong;
  });
}

/** OCPP 1.6, 4.9, table of transitions, by the numbers of its columns, which are those of `statuses` from 1; 9 (Faulted) may become any. */
const transitions = ['2345789', '134569', '145689', '135689', '134689', '1289', '1289', '123459', '12345678'];

function wrongStatuses(central: ScriptedCentral): string[] {
  const last = new Map<number, { status: Status; link: number }>();
  return firsts(central).flatMap(({ action, payload, link }) => {
    if (action !== 'StatusNotification') return [];
    const { connectorId, status } = payload as { connectorId: number; status: Status };
    const before = last.get(connectorId);
    last.set(connectorId, { status, link });
    // After a silence only the present status is told (rule 3 of 4.9), so that steps may be missing.
    if (!before || before.link !== link || before.status === status) return [];
    const allowed = transitions[statuses.indexOf(before.status)] ?? '';
    const isAllowed = allowed.includes(String(statuses.indexOf(status) + 1));
    return isAllowed ? [] : [`connector ${connectorId}: ${before.status} became ${status}`];
  });
}

/** The energy of a connector is that of its transactions, each told in whole Wh at both ends. */
function wrongEnergies(books: Books): string[] {
  const all = accounts(books.central);
  const isUnassigned = firsts(books.central).some(
    (r) => r.action === 'StopTransaction' && r.payload.transactionId === -1,
  );
  return books.world.snapshot().connectors.flatMap(({ connectorId, energyWh }) => {
    const own = all.filter((account) => account.connectorId === connectorId);
    const told = own.reduce(
      (sum, { start, stops }) => sum + Number(stops[0]?.payload.meterStop) - Number(start.payload.meterStart),
      0,
    );
    // Transactions that never got an id are told with -1; their energy cannot be assigned.
    if (isUnassigned) return [];
    const tolerance = Math.max(1, own.length) + books.leakWh;
    const balanced = Math.abs(told - energyWh) <= tolerance;
    return balanced ? [] : [`connector ${connectorId}: ${told} Wh were told, ${energyWh.toFixed(1)} Wh were given`];
  });
}
