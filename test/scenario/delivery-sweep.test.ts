/** Each message of a charge meets each way in which a central system fails to answer it; the books balance every time. */
import { messageCharactersMax } from '../../src/ocpp/link/frame';
import type { Answer, Received } from '../../src/testing/central';
import { closeTheBooks, Rig } from '../support/rig';

type Fault = (rig: Rig, request: Received, usual: Record<string, unknown>) => Answer;

const accepted = { status: 'Accepted' };
const raw = (request: Received, payload: unknown): Answer => ({ raw: JSON.stringify([3, request.id, payload]) });
const later = (rig: Rig, ms: number, run: () => void) => void rig.clock.at(rig.clock.now() + ms, run);
/** What was given is on the books, in whatever form it is told. */
const booked = (rig: Rig, request: Received, usual: Record<string, unknown>): void => {
  if (request.action === 'StartTransaction') rig.central.transactions.set(Number(usual.transactionId), request);
};

/** It says nothing, and the link is closed after a while. */
const closing =
  (ms: number): Fault =>
  (rig) => {
    later(rig, ms, () => rig.central.drop('closed'));
    return 'silence';
  };

/** The usual answer in another form. */
const sent =
  (form: (frame: [type: number, id: string, payload: object]) => string | Uint8Array): Fault =>
  (rig, request, usual) => {
    booked(rig, request, usual);
    rig.central.sendText(form([3, request.id, usual]));
    return 'silence';
  };

/** How it fails, and how often in a row. */
const faults: Record<string, [times: number, fault: Fault]> = {
  'late, by a little': [3, (_rig, _request, answer) => ({ afterMs: 6_500, answer })],
  'late, when it is sent again already': [3, (_rig, _request, answer) => ({ afterMs: 11_000, answer })],
  'late, over the next link': [
    1,
    (rig, _request, answer) => {
      later(rig, 5_500, () => rig.central.drop('lost'));
      return { afterMs: 9_000, answer };
    },
  ],
  'silence once': [1, () => 'silence'],
  'silence for long': [4, () => 'silence'],
  'the link is closed once': [1, closing(5)],
  'the link is closed each time': [4, closing(5)],
  'it hangs and the link is closed': [3, closing(8_000)],
  'refused once': [1, () => ({ callError: 'InternalError' })],
  'refused after a silence, late': [
    1,
    (rig, { id }) => {
      later(rig, 6_500, () => rig.central.connected && rig.central.sendText(`[4,"${id}","InternalError","",{}]`));
      return 'silence';
    },
  ],
  'optional members that are wrong': [
    3,
    (rig, request, usual) => {
      booked(rig, request, usual);
      const idTagInfo = { ...accepted, expiryDate: null, parentIdTag: 'x'.repeat(30) };
      return raw(request, { ...usual, idTagInfo });
    },
  ],
  'another letter case, and numbers as text': [
    3,
    (rig, request, usual) => {
      booked(rig, request, usual);
      const id = usual.transactionId === undefined ? {} : { transactionId: String(usual.transactionId) };
      return raw(request, { ...usual, ...id, idTagInfo: { status: 'ACCEPTED' } });
    },
  ],
  'no word on the token': [
    3,
    (rig, request, usual) => {
      booked(rig, request, usual);
      return raw(request, { ...usual, idTagInfo: [] });
    },
  ],
  'an id that is too large': [
    1,
    (_rig, request) => ({
      raw: `[3,"${request.id}",{"transactionId":9007199254740993,"idTagInfo":{"status":"Accepted"}}]`,
    }),
  ],
  'an answer that breaks off': [1, (_rig, request) => ({ raw: `[3,"${request.id}",{"transactionId":4` })],
  'a word for an answer': [1, (_rig, request) => raw(request, 'ok')],
  'an answer that is too long': [
    1,
    (_rig, request) => ({ raw: `[3,"${request.id}",{"transactionId":41,"a":"${'x'.repeat(messageCharactersMax)}"}]` }),
  ],
  'an error that breaks off': [1, (_rig, { id }) => ({ raw: `[4,"${id}","InternalError","no` })],
  'bytes that are text': [3, sent((frame) => new TextEncoder().encode(JSON.stringify(frame)))],
  'a byte order mark and NUL around it': [3, sent((frame) => `\uFEFF${JSON.stringify(frame)}\0`)],
  'its id as a number': [3, sent(([type, id, payload]) => `[${type},${BigInt(id)},${JSON.stringify(payload)}]`)],
  'bytes that are none': [
    2,
    (rig) => {
      rig.central.sendText(Uint8Array.of(0xff, 0xfe));
      return 'silence';
    },
  ],
  'the answer to another request, then none': [
    2,
    (rig, request) => {
      rig.central.sendText(`[3,"${request.id}0",{"transactionId":41,"idTagInfo":{"status":"Accepted"}}]`);
      return 'silence';
    },
  ],
  'the next request right behind it': [
    3,
    (_rig, _request, answer) => ({
      answer,
      behind: [['RemoteStopTransaction', { transactionId: answer.transactionId ?? 0 }]],
    }),
  ],
};

/** Those that are answers: what they answer is not sent again. */
const answering = new Set([
  'late, by a little',
  'optional members that are wrong',
  'another letter case, and numbers as text',
  'no word on the token',
  'an id that is too large',
  'an answer that breaks off',
  'an answer that is too long',
  'bytes that are text',
  'a byte order mark and NUL around it',
  'its id as a number',
  'a word for an answer',
  'the next request right behind it',
]);

const usualAnswers: Record<string, (rig: Rig) => Record<string, unknown>> = {
  Authorize: () => ({ idTagInfo: accepted }),
  StartTransaction: (rig) => ({ idTagInfo: accepted, transactionId: rig.central.nextTransactionId++ }),
  MeterValues: () => ({}),
  StopTransaction: () => ({}),
  StatusNotification: () => ({}),
  Heartbeat: (rig) => ({ currentTime: rig.central.time() }),
};

/** Two charges on one connector and one beside them, whatever becomes of each. */
async function play(rig: Rig, cutPower: boolean): Promise<void> {
  for (const card of ['04A1B2C3', '05AAAAAA']) {
    rig.plug(1);
    await rig.advance(1_500);
    rig.present(card);
    await rig.advance(14_000);
    rig.plug(3);
    await rig.advance(1_500);
    rig.present('06BBBBBB', 'left');
    if (cutPower) {
      await rig.advance(4_000);
      await rig.cutPower();
      await rig.advance(2_000);
      await rig.powerOn();
    }
    await rig.advance(30_000);
    rig.present(card);
    await rig.advance(3_000);
    rig.unplug(1);
    rig.present('06BBBBBB', 'left');
    await rig.advance(3_000);
    rig.unplug(3);
    await rig.advance(20_000);
  }
}

const cases = Object.keys(usualAnswers).flatMap((action) =>
  Object.keys(faults).flatMap((fault) => [false, true].map((cutPower) => [action, fault, cutPower] as const)),
);

test.each(Object.keys(usualAnswers))('%s', async (action) => {
  for (const [seed, [, fault, cutPower]] of cases.filter(([of]) => of === action).entries()) {
    const [times, fail] = faults[fault] ?? [0, () => 'silence'];
    const rig = await Rig.start({
      seed,
      config: {
        MeterValueSampleInterval: '10',
        StopTxnSampledData: 'Energy.Active.Import.Register',
        HeartbeatInterval: '10',
        serverReconnectionTime: '1',
        confBasicTime: '5',
        confAuthorizeTime: '5',
        TransactionMessageRetryInterval: '5',
        AllowOfflineTxForUnknownId: 'true',
      },
    });
    const usual = usualAnswers[action];
    for (let n = 0; usual && n < times; n++) {
      rig.central.once(action, (request) => fail(rig, request, usual(rig)));
    }
    await play(rig, cutPower);
    const starts = rig.central.calls('StartTransaction').filter((r) => !r.repeated).length;
    try {
      // Two charges on connector 1 and two on 3, or those that the central system let begin.
      expect(starts).toBeGreaterThanOrEqual(action === 'Authorize' ? 2 : 3);
      if (answering.has(fault) && !cutPower) expect(rig.central.received.filter((r) => r.repeated)).toEqual([]);
      await closeTheBooks();
    } catch (error) {
      throw new Error(`${action}, ${fault}${cutPower ? ', with a power cut' : ''}`, { cause: error });
    }
  }
});
