/** The books of stations: what began and ended, what was told of it, and what waits, is lost or was doubled. */
import { FleetLedger } from '../../../../src/simulator/fleet/report/ledger';
import { emptyLedger, type LedgerData } from '../../../../src/simulator/fleet/report/ledger-data';
import type { StationBooks } from '../../../../src/simulator/fleet/report/station-books';

const begin = '2026-05-04T08:00:00Z';

let ledger: FleetLedger;
let books: StationBooks;

beforeEach(() => {
  ledger = new FleetLedger();
  books = ledger.of(7);
});

/** With what differs from nothing; `waiting`: how many messages of a transaction wait at the station. */
function expectBooks(expected: Partial<LedgerData>, waiting: Record<string, number | undefined> = {}): void {
  const data = ledger.data((index, key) => (index === 7 ? (key in waiting ? waiting[key] : 0) : 0));
  expect(data).toEqual({ ...emptyLedger, ...expected });
}

function charge(key = 'a', id = 1, meterStart = 100, meterStop = 350): void {
  books.began(key, 1, meterStart + 0.4);
  books.startCalled(`${key}-start`, 1, meterStart, begin);
  books.startAnswered(`${key}-start`, id);
  books.ended(key, 1, meterStop - meterStart + 0.2);
  books.stopCalled(`${key}-stop`, id, meterStop);
  books.stopAnswered(`${key}-stop`);
}

const told = { started: 1, startsTold: 1, stopped: 1, stopsTold: 1, energyWh: 250, energyToldWh: 250 };

test('a charge that was told as it was', () => {
  charge();
  expectBooks(told);
});

test('the message may be on the wire before the station says that it began', () => {
  books.startCalled('s', 1, 100, begin);
  books.began('a', 1, 100.4);
  books.startAnswered('s', 1);
  expectBooks({ started: 1, startsTold: 1 });
});

test('repetitions with their id are one message, and so are two answers with the same number', () => {
  books.began('a', 1, 100);
  books.startCalled('s', 1, 100, begin);
  books.startCalled('s', 1, 100, begin);
  books.startAnswered('s', 5);
  books.startAnswered('s', 5);
  books.ended('a', 1, 10);
  books.stopCalled('t', 5, 110);
  books.stopCalled('t', 5, 110);
  books.stopAnswered('t');
  books.stopAnswered('t');
  expectBooks({ ...told, energyWh: 10, energyToldWh: 10 });
});

test('a second number for one start is a transaction too many at the central system, also when the charge is over', () => {
  charge();
  books.startAnswered('a-start', 2);
  expectBooks({ ...told, doubledByCentral: 1 });
});

test('a start or stop under another id was doubled by the station', () => {
  charge();
  books.startCalled('other', 1, 100, begin);
  books.stopCalled('another', 1, 350);
  expectBooks({ ...told, doubledByStations: 2 });
});

test('a start of the next charge without energy between is another one', () => {
  books.began('a', 1, 100);
  books.startCalled('s1', 1, 100, begin);
  books.began('b', 1, 100);
  books.startCalled('s2', 1, 100, '2026-05-04T08:01:00Z');
  books.startAnswered('s1', 1);
  books.startAnswered('s2', 2);
  expectBooks({ started: 2, startsTold: 2 });
});

test('what is not answered waits at the station, or is lost', () => {
  books.began('a', 1, 100);
  books.ended('a', 1, 40);
  books.began('b', 2, 0);
  const common = { started: 2, stopped: 1, energyWh: 40 };
  expectBooks({ ...common, startsWaiting: 2, stopsWaiting: 1, energyWaitingWh: 40 }, { a: 2, b: 1 });
  expectBooks({ ...common, startsWaiting: 1, startsLost: 1, stopsLost: 1, energyLostWh: 40 }, { a: 0, b: 1 });
  // A station that is not there says nothing of what waits: that is no proof of a loss.
  expectBooks({ ...common, startsWaiting: 2, stopsWaiting: 1, energyWaitingWh: 40 }, { a: undefined, b: undefined });
});

test('of a start that was given up the stop is told without a number', () => {
  books.began('a', 1, 100);
  books.startCalled('s', 1, 100, begin);
  books.ended('a', 1, 40);
  books.stopCalled('t', -1, 140);
  books.stopAnswered('t');
  expectBooks({ started: 1, startsLost: 1, stopped: 1, stopsTold: 1, energyWh: 40, energyToldWh: 40 });
});

test('what an earlier run left is told, and counts for itself', () => {
  books.startCalled('s', 1, 100, begin);
  books.startAnswered('s', 3);
  books.stopCalled('t', 3, 200);
  books.stopAnswered('t');
  books.stopCalled('u', 2, 200);
  books.stopAnswered('u');
  books.ended('of before', 1, 40);
  expectBooks({ earlierTold: 3 });
});

test('energy that was told wrongly is found, beyond the whole Wh of both ends', () => {
  charge('a', 1, 100, 350);
  books.began('b', 1, 350);
  books.startCalled('s', 1, 350, '2026-05-04T09:00:00Z');
  books.startAnswered('s', 2);
  books.ended('b', 1, 100);
  books.stopCalled('t', 2, 400);
  books.stopAnswered('t');
  expectBooks({
    started: 2,
    startsTold: 2,
    stopped: 2,
    stopsTold: 2,
    energyWh: 350,
    energyToldWh: 300,
    energyOffWh: 49,
  });
});

test('stations have books of their own', () => {
  charge();
  const other = ledger.of(8);
  other.began('a', 1, 100);
  other.startCalled('a-start', 1, 100, begin);
  other.startAnswered('a-start', 9);
  expect(ledger.known(9)).toBeUndefined();
  expectBooks({ ...told, started: 2, startsTold: 2 });
});

test('books are bounded, and say what they have forgotten', () => {
  for (let charges = 0; charges < 2_003; charges++) books.began(`k${charges}`, 1, charges * 10);
  expectBooks({ started: 2_003, startsLost: 2_000, forgotten: 3 });
});
