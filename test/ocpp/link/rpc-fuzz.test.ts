/** Whatever a peer sends, nothing throws, and nothing gets more than one answer. */
import fc from 'fast-check';
import { parseFrame } from '../../../src/ocpp/link/frame';
import { messages } from '../../../src/ocpp/messages';
import { ocpp16 } from '../../../src/ocpp/messages/protocol';
import { runs } from '../../support/soak';
import { examples } from '../messages/examples';
import { bench } from './rpc-pair';

const ids = fc.oneof(
  fc.constantFrom('mine', '1', '2', ''),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.jsonValue(),
);
const wellFormed = fc
  .tuple(ids, fc.constantFrom(...Object.entries(examples)))
  .map(([id, [action, { request }]]) => [2, id, action, request]);
const answers = fc.tuple(fc.constantFrom(3, 4, 5), ids, fc.jsonValue(), fc.jsonValue(), fc.jsonValue());
const anyCall = fc.tuple(
  fc.constant(2),
  ids,
  fc.oneof(fc.constantFrom(...Object.keys(messages)), fc.jsonValue()),
  fc.jsonValue(),
);
const json = fc.oneof(wellFormed, answers, anyCall, fc.array(fc.jsonValue()), fc.jsonValue());
const texts = json.map((value) => JSON.stringify(value));
/** A frame with some characters replaced, doubled or cut out. */
const damaged = fc
  .tuple(texts, fc.nat(), fc.nat({ max: 6 }), fc.string({ maxLength: 3 }))
  .map(([text, at, length, patch]) => {
    const start = at % (text.length + 1);
    return text.slice(0, start) + patch + text.slice(start + length);
  });
const incoming = fc.oneof(texts, damaged, fc.string({ unit: 'binary' }), fc.uint8Array({ maxLength: 20 }));

/** The message id if the text is a CALL that can be answered. */
function answerable(message: string | Uint8Array): string | undefined {
  const frame = parseFrame(message, ocpp16.errorCodes);
  if (frame.kind === 'call') return frame.id;
  return frame.kind === 'bad' && frame.answerWith !== undefined ? frame.id : undefined;
}

test('each CALL gets exactly one answer, everything else none', async () => {
  const outcomes = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(incoming, { maxLength: 20 }), fc.boolean(), async (received, handlerFails) => {
      const { rpc, frames, settle, clock } = bench({ incomingCallsMax: 5, trace: () => undefined });
      rpc.onCall(async (action) => {
        if (handlerFails) throw new Error('no');
        return { result: examples[action].response };
      });
      const outcome = rpc.call('Heartbeat', {}, { id: 'mine', timeoutMs: 1000 });
      const expected: string[] = [];
      for (const message of received) {
        const id = answerable(message);
        if (id !== undefined) expected.push(id);
        rpc.receive(message);
      }
      await settle();
      const answered = frames()
        .slice(1)
        .map((frame) => {
          const [type, id, code] = frame as [number, string, string];
          if (type === 4) outcomes.add(code);
          else outcomes.add(String(type));
          return id;
        });
      expect(answered.sort()).toEqual(expected.sort());
      rpc.closed();
      expect(['result', 'malformed', 'error', 'lost']).toContain((await outcome).kind);
      expect(clock.pendingTimers).toBe(0);
    }),
    { numRuns: runs(300) },
  );
  // The generators reach the answers that matter.
  expect([...outcomes]).toEqual(
    expect.arrayContaining(['3', 'NotSupported', 'NotImplemented', 'FormationViolation', 'InternalError']),
  );
});
