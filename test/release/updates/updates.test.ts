/** What the engine does in which order: nothing is told or begun before it is durable, and nothing installed before the station is held. */
import { VirtualClock } from '../../../src/drivers/clock/virtual-clock';
import { MockFileTransfer } from '../../../src/drivers/mock/file-transfer';
import type { SlotVersions } from '../../../src/hal/ports';
import type { Batch, JsonValue } from '../../../src/hal/store';
import { StoredValues } from '../../../src/hal/stored';
import type { UpdatePorts } from '../../../src/release/updates/update-ports';
import { Updates } from '../../../src/release/updates/updates';

const url = 'http://files.test/fw-2.bin';

/** Everything in memory; each commit waits until the test lets it be durable. */
class Bench {
  readonly log: string[] = [];
  readonly clock = new VirtualClock();
  readonly transfer = new MockFileTransfer();
  private readonly waiting: (() => void)[] = [];
  private change: () => void = () => {};
  isFree = false;
  failsToBegin = false;
  versions: SlotVersions = { ...{ good: 'old', next: 'old', trial: undefined }, failed: [], installed: ['old'] };
  readonly updates: Updates;

  constructor(stored: Record<string, JsonValue> = {}) {
    this.transfer.files.set(url, Buffer.from('12345678'));
    this.updates = new Updates(
      {
        ...{ clock: this.clock, unixNow: () => 0, boot: 7, transfer: this.transfer },
        commits: { commit: (batch) => this.commit(batch) },
        stored: new StoredValues(new Map(Object.entries(stored))),
        log: { info: () => {}, warn: (_fields, message) => this.log.push(`warn ${message}`) },
        hold: {
          hold: (on) => this.log.push(`hold ${on}`),
          isFree: () => this.isFree,
          onChange: (listener) => {
            this.change = listener;
            return () => {};
          },
        },
        restart: () => this.log.push('restart'),
      },
      this.ports(),
    );
    this.updates.onStep(({ step }) => this.log.push(`tell ${step}`));
  }

  /** What waits becomes durable, and what follows from it has its turn. */
  async durable(): Promise<void> {
    for (const done of this.waiting.splice(0)) done();
    await this.turns();
  }

  async allDurable(): Promise<void> {
    for (let rounds = 0; rounds < 20; rounds += 1) await this.durable();
  }

  becomesFree(isFree: boolean): void {
    this.isFree = isFree;
    this.change();
  }

  async turns(): Promise<void> {
    for (let turn = 0; turn < 50; turn += 1) await this.clock.advance(0);
  }

  private commit({ put, del }: Batch): Promise<void> {
    const value = put[0]?.[1] as { phase?: string } | undefined;
    this.log.push(value ? `keep ${value.phase}` : `forget ${del.join()}`);
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  private ports(): UpdatePorts {
    const { log } = this;
    const none = async (): Promise<void> => {};
    return {
      slots: {
        ...{ running: () => ({ version: 'old' }), versions: async () => this.versions, confirm: none },
        install: async (_folder, version) => void log.push(`install ${version}`),
        beginTrial: async (version) => {
          log.push(`begin ${version}`);
          if (this.failsToBegin) throw new Error('read-only');
        },
        back: async (reason) => void log.push(`back ${reason}`),
      },
      gate: {
        verify: async () => ({ names: ['new'], version: '2.0.0', bytes: 0, unpackTo: none }),
        proven: none,
        trust: async () => 'any',
      },
      files: {
        ...{ path: '/incoming', bytes: async () => 0, freeBytes: async () => 1e12 },
        open: async () => ({ append: none, flush: none, close: none }),
        takeHanded: async () => true,
        remove: async () => void log.push('remove'),
      },
      staging: { folder: '/staging', freeBytes: async () => 1e12, remove: none },
    };
  }
}

const order = { source: { from: 'url', url }, by: 'person', retries: 0, retryIntervalMs: 1_000 } as const;

test('an order is taken when it is durable, and nothing is told or fetched before', async () => {
  const bench = new Bench();
  let taken = false;
  void bench.updates.order(order).then(() => {
    taken = true;
  });
  await bench.turns();
  expect(bench.log).toEqual(['keep downloading']);
  expect(taken).toBe(false);
  expect(bench.transfer.downloads).toHaveLength(0);
  await bench.durable();
  expect(taken).toBe(true);
  expect(bench.log[1]).toBe('tell downloading');
  expect(bench.transfer.downloads).toHaveLength(1);
});

test('nothing is installed while the station is not held yet, though it is free for a moment', async () => {
  const bench = new Bench();
  void bench.updates.order(order);
  await bench.turns();
  while (bench.log.at(-1) !== 'keep ready') await bench.durable();
  bench.becomesFree(true);
  bench.becomesFree(false);
  await bench.allDurable();
  expect(bench.log.at(-1)).toBe('hold true');
  expect(bench.updates.progress()).toMatchObject({ step: 'downloaded', waitsFor: 'transactions' });
  bench.becomesFree(true);
  await bench.allDurable();
  expect(bench.log.slice(bench.log.indexOf('hold true'))).toEqual([
    ...['hold true', 'keep placing', 'tell installing', 'install new', 'keep starting', 'begin new', 'restart'],
  ]);
});

/** Until nothing is left to be done. */
async function carriedOut(bench: Bench): Promise<void> {
  bench.isFree = true;
  void bench.updates.order(order);
  await bench.turns();
  await bench.allDurable();
}

test('a trial that cannot begin is not left half begun, and the station takes sessions again', async () => {
  const bench = new Bench();
  bench.failsToBegin = true;
  await carriedOut(bench);
  expect(bench.log.slice(bench.log.indexOf('begin new'))).toEqual([
    ...['begin new', 'back could not be put on trial', 'hold false', 'keep installationFailed'],
    ...['tell installationFailed', 'remove'],
  ]);
  expect(bench.updates.progress()).toMatchObject({ step: 'installationFailed', reason: 'read-only' });
});

test('the good release, in whose place another one runs, is started again from its slot', async () => {
  const bench = new Bench();
  bench.versions = { ...bench.versions, good: 'new', installed: ['new', 'old'] };
  await carriedOut(bench);
  expect(bench.log).not.toContain('install new');
  expect(bench.log.slice(-2)).toEqual(['begin new', 'restart']);
});

test('no order is taken while a release is on trial that somebody has flashed', async () => {
  const bench = new Bench();
  bench.versions = { ...bench.versions, trial: { version: 'flashed', startsLeft: 2 } };
  await expect(bench.updates.order(order)).rejects.toMatchObject({ code: 'command.invalid' });
  await expect(bench.updates.previous()).rejects.toMatchObject({ code: 'command.invalid' });
  expect(bench.log).toEqual([]);
});

test('a value of the store that cannot be read is no update, and leaves no file', async () => {
  const bench = new Bench({ update: { form: 2, phase: 'dancing' } });
  bench.updates.start();
  await bench.turns();
  expect(bench.updates.progress()).toBeUndefined();
  expect(bench.log).toEqual(['remove']);
});

test('a listener that fails keeps the others from nothing', async () => {
  const bench = new Bench();
  const heard: string[] = [];
  bench.updates.onStep(() => {
    throw new Error('deaf');
  });
  const cancel = bench.updates.onStep(({ step }) => heard.push(step));
  void bench.updates.order(order);
  await bench.turns();
  await bench.durable();
  expect(heard).toEqual(['downloading']);
  cancel();
  await bench.allDurable();
  expect(heard).toEqual(['downloading']);
});
