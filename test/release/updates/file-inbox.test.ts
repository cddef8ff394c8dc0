/** The file that a person hands in is there as a whole, or what was there before is. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { updateBytesMax } from '../../../src/hal/firmware-updates';
import { spareBytesMin } from '../../../src/release/tree';
import { FileInbox } from '../../../src/release/updates/file-inbox';

let directory: string;
let freeBytes: number;
let inbox: FileInbox;

beforeEach(() => {
  directory = join(mkdtempSync(join(tmpdir(), 'greenup-test-')), 'update');
  freeBytes = Number.POSITIVE_INFINITY;
  inbox = new FileInbox(directory, async () => freeBytes);
});

async function* portions(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

const lies = () => readdirSync(directory).map((name) => [name, readFileSync(join(directory, name), 'utf8')]);

test('a file lies there for the station alone, and the next one takes its place', async () => {
  await inbox.keep(6, portions('abc', 'def'));
  expect(lies()).toEqual([['handed', 'abcdef']]);
  expect(inbox.path).toBe(join(directory, 'handed'));
  expect(statSync(inbox.path).mode & 0o777).toBe(0o600);
  await inbox.keep(2, portions('xy'));
  expect(lies()).toEqual([['handed', 'xy']]);
});

test.each([
  ['fewer bytes than were told', 7, portions('abc', 'def')],
  ['more bytes than were told', 5, portions('abc', 'def')],
  ['more bytes than a release may have', updateBytesMax + 1, portions('abc')],
])('%s change nothing', async (_what, bytes, content) => {
  await inbox.keep(3, portions('old'));
  await expect(inbox.keep(bytes, content)).rejects.toMatchObject({ code: 'command.invalid' });
  expect(lies()).toEqual([['handed', 'old']]);
});

test('what is more than was told is not asked for to its end', async () => {
  let asked = 0;
  const endless = async function* () {
    for (; asked < 1_000; asked += 1) yield Buffer.from('ab');
  };
  await expect(inbox.keep(3, endless())).rejects.toMatchObject({ code: 'command.invalid' });
  expect(asked).toBe(1);
});

test('what breaks off is told as it came, and leaves what was there before', async () => {
  await inbox.keep(3, portions('old'));
  const cut = new Error('the request was cut');
  const content = async function* () {
    yield Buffer.from('ab');
    throw cut;
  };
  await expect(inbox.keep(4, content())).rejects.toBe(cut);
  expect(lies()).toEqual([['handed', 'old']]);
  await inbox.keep(3, portions('new'));
  expect(lies()).toEqual([['handed', 'new']]);
});

test('the medium keeps its spare room, and nothing of the file is asked for', async () => {
  freeBytes = spareBytesMin + 5;
  const refused = inbox.keep(6, portions('abcdef'));
  await expect(refused).rejects.toMatchObject({ code: 'store.failed' });
  await expect(refused).rejects.toThrow(/needs 68 MB of free space, there are 68 MB/);
  await inbox.keep(5, portions('abcde'));
  expect(lies()).toEqual([['handed', 'abcde']]);
});

test('a part that a power cut has left is no file, takes no room and is not gone on with', async () => {
  await inbox.keep(3, portions('old'));
  writeFileSync(join(directory, 'handed.part'), 'half of another');
  const seen: boolean[] = [];
  const asking = new FileInbox(directory, async () => {
    seen.push(existsSync(join(directory, 'handed.part')));
    return freeBytes;
  });
  await asking.keep(3, portions('new'));
  expect(seen).toEqual([false]);
  expect(lies()).toEqual([['handed', 'new']]);
});

test('one file at a time', async () => {
  let goOn: () => void = () => {};
  const waiting = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const slow = async function* () {
    await waiting;
    yield Buffer.from('abc');
  };
  const first = inbox.keep(3, slow());
  await expect(inbox.keep(3, portions('xyz'))).rejects.toThrow('another file is on its way');
  goOn();
  await first;
  expect(lies()).toEqual([['handed', 'abc']]);
});

test('a medium that fails is told with the file that could not be written', async () => {
  writeFileSync(directory, 'a file where the directory should be');
  await expect(inbox.keep(3, portions('abc'))).rejects.toMatchObject({
    code: 'store.failed',
    message: expect.stringContaining('handed.part'),
  });
});
