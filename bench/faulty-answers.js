/** Shared by the benchmarks: the ways in which a central system fails to answer, and one that keeps books all the same. */

/** How a central system fails to answer: `send` takes a message for the station, `say` the usual answer in its usual form. */
const faults = {
  late: ({ say }) => setTimeout(say, 1_500),
  'silent, until it is asked again': () => {},
  'closing the link instead': ({ socket }) => socket.close(),
  'cutting the link behind it': ({ say, socket }) => say(() => socket.terminate()),
  'refusing once': ({ send, id }) => send(`[4,"${id}","InternalError","not now",{}]`),
  'refusing, and breaking off': ({ send, id }) => send(`[4,"${id}","InternalError","no`),
  'with optional members that are wrong': ({ send, id, answer }) =>
    send(JSON.stringify([3, id, { ...answer, idTagInfo: { status: 'ACCEPTED', expiryDate: null, parentIdTag: 7 } }])),
  'with an id that is too large': ({ send, id }) =>
    send(`[3,"${id}",{"transactionId":9007199254740993,"idTagInfo":{"status":"Accepted"}}]`),
  'with a word': ({ send, id }) => send(`[3,"${id}","ok"]`),
  'breaking off': ({ send, id }) => send(`[3,"${id}",{"transactionId":4`),
  'too long': ({ send, id }) => send(`[3,"${id}",{"filler":"${'x'.repeat(1 << 20)}"}]`),
  'as bytes': ({ send, id, answer }) => send(Buffer.from(JSON.stringify([3, id, answer]))),
  'as bytes that are none': ({ send }) => send(Buffer.of(0xff, 0xfe)),
  'with a byte order mark and NUL': ({ send, id, answer }) => send(`\uFEFF${JSON.stringify([3, id, answer])}\0`),
  'with its id as a number': ({ send, id, answer }) => send(`[3,${BigInt(id)},${JSON.stringify(answer)}]`),
  'to another request': ({ send, id }) => send(`[3,"${id}0",{"transactionId":4,"idTagInfo":{"status":"Accepted"}}]`),
};
/** Wh that rounding may leave between the meter and what is told of one transaction. */
const roundingWh = 1;

/** A central system with books: a message id is one message, and is answered the same however often it comes. */
class Books {
  answers = new Map();
  starts = [];
  stops = [];
  /** The next message of this action is answered so. */
  next = undefined;

  onCall(server, [, id, action, payload]) {
    if (!['StartTransaction', 'MeterValues', 'StopTransaction'].includes(action)) return undefined;
    const known = this.answers.get(id);
    if (known) return known;
    const answer = action === 'MeterValues' ? {} : { idTagInfo: { status: 'Accepted' } };
    if (action === 'StartTransaction') answer.transactionId = server.transactionId++;
    this.answers.set(id, answer);
    if (action === 'StartTransaction') this.starts.push({ id: answer.transactionId, ...payload });
    if (action === 'StopTransaction') this.stops.push(payload);
    if (this.next?.action !== action) return answer;
    const { fail } = this.next;
    this.next = undefined;
    const { socket } = server;
    const say = (then) => server.socket.send(JSON.stringify([3, id, answer]), then);
    fail({ id, answer, socket, say, send: (message) => socket.send(message) });
    return 'silence';
  }

  /** What does not balance. */
  wrong(energyWh, transactions) {
    const { starts, stops } = this;
    const told =
      stops.reduce((sum, { meterStop }) => sum + meterStop, 0) - starts.reduce((sum, s) => sum + s.meterStart, 0);
    const named = stops.filter(({ transactionId }) => transactionId !== -1).map(({ transactionId }) => transactionId);
    return [
      starts.length !== transactions && `${starts.length} starts of ${transactions} transactions`,
      stops.length !== transactions && `${stops.length} stops of ${transactions} transactions`,
      new Set(named).size !== named.length && 'a transaction has two stops',
      named.some((id) => !starts.some((start) => start.id === id)) && 'a stop of no start',
      Math.abs(told - energyWh) > transactions * roundingWh && `${told} Wh were told, ${energyWh} Wh were given`,
    ].filter(Boolean);
  }
}

module.exports = { Books, faults };
