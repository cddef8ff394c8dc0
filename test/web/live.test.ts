/** The live view: the whole at once, each change but at most four a second, beats between, encoded once for all. */
import { VirtualClock } from '../../src/drivers/clock/virtual-clock';
import { eventsFor, Live, type Looker } from '../../src/web/live';

let clock: VirtualClock;
let shown: object | null;
let encoded: number;
let live: Live;
let broken: Error | undefined;
let errors: unknown[];

beforeEach(() => {
  clock = new VirtualClock();
  shown = { number: 0 };
  encoded = 0;
  broken = undefined;
  errors = [];
  live = new Live({
    clock,
    name: 'n',
    view: () => {
      encoded += 1;
      if (broken) throw broken;
      return shown;
    },
    onError: (error) => errors.push(error),
  });
});

class Page implements Looker {
  readonly heard: string[] = [];
  may = true;
  ended = false;

  send(chunk: Uint8Array): void {
    this.heard.push(new TextDecoder().decode(chunk));
  }

  mayLook(): boolean {
    return this.may;
  }

  end(): void {
    this.ended = true;
  }
}

const view = (number: number, id: number): string => `event: view\nid: n.${id}\ndata: {"number":${number}}\n\n`;
const change = (number: number, id: number): string => `event: change\nid: n.${id}\ndata: [[["number"],${number}]]\n\n`;
const beat = 'event: beat\ndata: {}\n\n';

test('a page gets the whole at once, and the second one no later', () => {
  const [one, other] = [new Page(), new Page()];
  live.look(one);
  live.look(other);
  expect([one.heard, other.heard]).toEqual([[view(0, 1)], [view(0, 1)]]);
});

test('a view that cannot be made is told once, sends the pages away, and ends nothing else', async () => {
  const [one, other] = [new Page(), new Page()];
  live.look(one);
  live.look(other);
  broken = new Error('no view');
  await clock.advance(10_000);
  expect([errors, one.ended, other.ended]).toEqual([[broken], true, true]);
  // Who comes meanwhile is told by the answer, and leaves nothing behind.
  expect(() => live.look(new Page())).toThrow(broken);
  await clock.advance(10_000);
  expect([errors, clock.pendingTimers]).toEqual([[broken], 0]);
  broken = undefined;
  const back = new Page();
  live.look(back);
  expect(back.heard).toEqual([view(0, 1)]);
});

test('changes come at most four times a second, and the last one always', async () => {
  const page = new Page();
  live.look(page);
  for (let number = 1; number <= 100; number += 1) {
    shown = { number };
    await clock.advance(10);
  }
  expect(page.heard).toHaveLength(5);
  await clock.advance(250);
  expect(page.heard.at(-1)).toBe(change(100, 5));
});

test('while nothing changes there is a beat each five seconds, counted from what was told last', async () => {
  const page = new Page();
  live.look(page);
  await clock.advance(4_000);
  shown = { number: 1 };
  await clock.advance(6_000);
  expect(page.heard).toEqual([view(0, 1), change(1, 2), beat]);
  await clock.advance(10_000);
  expect(page.heard.slice(3)).toEqual([beat, beat]);
});

test('a station that restarts is told as null', async () => {
  const page = new Page();
  live.look(page);
  shown = null;
  await clock.advance(250);
  expect(page.heard.at(-1)).toBe('event: change\nid: n.2\ndata: [[[],null]]\n\n');
});

test('many pages cost no more looks than one, and without pages nothing runs', async () => {
  const leave = Array.from({ length: 10 }, () => live.look(new Page()));
  encoded = 0;
  await clock.advance(1_000);
  expect(encoded).toBe(4);
  for (const end of leave) end();
  await clock.advance(60_000);
  expect(encoded).toBe(4);
});

test('who comes back gets what was missed, and a beat where nothing was', async () => {
  live.look(new Page());
  for (const number of [1, 2]) {
    shown = { number };
    await clock.advance(250);
  }
  const [behind, upToDate] = [new Page(), new Page()];
  live.look(behind, 'n.1');
  live.look(upToDate, 'n.3');
  expect([behind.heard, upToDate.heard]).toEqual([[change(1, 2), change(2, 3)], [beat]]);
});

test('what happened while nobody looked on is told to who comes back, too', () => {
  live.look(new Page())();
  shown = { number: 1 };
  const page = new Page();
  live.look(page, 'n.1');
  expect(page.heard).toEqual([change(1, 2)]);
});

test.each(['', 'n', 'n.', 'n.0', 'n.99', 'n.x', 'other.41', 'n.1'])('an id like %j leads to the whole', async (id) => {
  live.look(new Page());
  for (let number = 1; number <= 41; number += 1) {
    shown = { number };
    await clock.advance(250);
  }
  const page = new Page();
  live.look(page, id);
  expect(page.heard).toEqual([view(41, 42)]);
});

test('a page whose session has ended is dismissed, the others stay', async () => {
  const [one, other] = [new Page(), new Page()];
  live.look(one);
  live.look(other);
  one.may = false;
  shown = { number: 1 };
  await clock.advance(250);
  expect([one.ended, one.heard]).toEqual([true, [view(0, 1)]]);
  expect([other.ended, other.heard]).toEqual([false, [view(0, 1), change(1, 2)]]);
});

test('a page that reads nothing is cut off instead of filling the memory', async () => {
  const stream = eventsFor(live, () => true);
  for (let number = 1; number <= 100; number += 1) {
    shown = { number };
    await clock.advance(250);
  }
  encoded = 0;
  await clock.advance(10_000);
  expect(encoded).toBe(0);
  let chunks = 0;
  for await (const chunk of stream) chunks += chunk.length > 0 ? 1 : 0;
  expect(chunks).toBe(41);
});

test('the end of the server ends all', () => {
  const page = new Page();
  live.look(page);
  live.close();
  expect(page.ended).toBe(true);
});
