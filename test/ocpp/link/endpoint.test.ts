/** Addresses: endpoint, slash, percent-encoded identity (OCPP-J 1.6, 3.1.1). */
import { connectionUrl } from '../../../src/ocpp/link/endpoint';

test.each([
  ['ws://central.example.com/ocpp', 'CP001', 'ws://central.example.com/ocpp/CP001'],
  ['ws://central.example.com/ocpp/', 'CP001', 'ws://central.example.com/ocpp/CP001'],
  ['ws://central.example.com', 'CP001', 'ws://central.example.com/CP001'],
  // The specification's own examples.
  ['ws://centralsystem.example.com/ocpp', 'RDAM|123', 'ws://centralsystem.example.com/ocpp/RDAM%7C123'],
  ['wss://central.example.com/ocppj', 'RDAM 123', 'wss://central.example.com/ocppj/RDAM%20123'],
  ['wss://c.example.com/a?token=x?y', 'A/B?C#D', 'wss://c.example.com/a/A%2FB%3FC%23D?token=x?y'],
])('%s and %s make %s', (url, identity, whole) => {
  expect(connectionUrl({ url, identity })).toBe(whole);
});
