/** DataTransfer: vendors and their messages are rows of a table (4.3, 7.23). */
import type { Reply } from '../../../src/ocpp/feature';
import { dataTransfer, type Vendors } from '../../../src/ocpp/features/data-transfer';

const vendors: Vendors = {
  'com.example': {
    ping: ({ data }) => ({ result: { status: 'Accepted', data: `pong ${data}` } }),
    refuse: () => ({ result: { status: 'Rejected' }, why: 'as the test wants' }),
  },
  'com.other': { '': () => ({ result: { status: 'Accepted' } }) },
};

function ask(vendorId: string, messageId?: string, known?: Vendors): Reply<'DataTransfer'> | Promise<unknown> {
  const handler = dataTransfer(known).handlers?.DataTransfer;
  if (!handler) throw new Error('nobody answers');
  return handler({ vendorId, data: 'hello', ...(messageId === undefined ? {} : { messageId }) });
}

test.each([
  // "has no implementation for the specific vendorId it SHALL return a status 'UnknownVendor'"
  ['com.nobody', 'ping', { status: 'UnknownVendorId' }],
  // "In case of a messageId mismatch (if used) the recipient SHALL return status 'UnknownMessageId'"
  ['com.example', 'pong', { status: 'UnknownMessageId' }],
  ['com.example', undefined, { status: 'UnknownMessageId' }],
  ['com.example', 'constructor', { status: 'UnknownMessageId' }],
  ['constructor', undefined, { status: 'UnknownVendorId' }],
  ['com.example', 'ping', { status: 'Accepted', data: 'pong hello' }],
  ['COM.Example', 'PING', { status: 'Accepted', data: 'pong hello' }],
  ['com.example', 'refuse', { status: 'Rejected' }],
  ['com.other', undefined, { status: 'Accepted' }],
  ['com.other', 'ping', { status: 'UnknownMessageId' }],
])('vendor %s, message %s', (vendorId, messageId, result) => {
  const answer = ask(vendorId, messageId, vendors);
  expect('result' in answer && answer.result).toEqual(result);
  expect('why' in answer && answer.why).toEqual(result.status === 'Accepted' ? false : expect.stringMatching(/./));
});

test('the station itself knows no vendor', () => {
  const why = 'the vendor is unknown; valid: none';
  expect(ask('com.example', 'ping')).toEqual({ result: { status: 'UnknownVendorId' }, why });
});
