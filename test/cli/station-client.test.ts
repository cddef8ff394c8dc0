/** How the command line hands a file to a station, over real sockets. */
import { Readable } from 'node:stream';
import { StationClient } from '../../src/cli/station-client';
import type { StationControl } from '../../src/control/control';
import { GreenupError } from '../../src/hal/errors';
import { type ControlServer, startControlServer } from '../../src/web/server';

const kept: [bytes: number, came: number][] = [];
let refuses: GreenupError | undefined;
const control: StationControl = {
  view: async () => ({ power: 'off' }),
  report: () => ({ fileName: 'report.zip', content: async function* () {} }),
  updateInbox: async () => {
    if (refuses) throw refuses;
    return {
      keep: async (bytes, content) => {
        let came = 0;
        for await (const portion of content) came += portion.length;
        kept.push([bytes, came]);
      },
    };
  },
  commands: () => [],
  run: async () => ({ message: '' }),
};

let server: ControlServer;
let client: StationClient;

beforeEach(async () => {
  kept.length = 0;
  refuses = undefined;
  const watch = { whyUnwell: () => undefined, knowsToken: () => false, metrics: () => [] };
  server = await startControlServer(control, watch, { port: 0 });
  client = StationClient.find({ port: server.port });
});

afterEach(() => server.close());

const portionBytes = 64 * 1024;

function fileOf(portions: number): Readable {
  return Readable.from(
    (function* () {
      for (let count = 0; count < portions; count += 1) yield Buffer.alloc(portionBytes);
    })(),
  );
}

test('a file goes as it is read, and what has left is told', async () => {
  const sent: number[] = [];
  await client.sendUpdate(3 * portionBytes, fileOf(3), (bytes) => sent.push(bytes));
  expect(kept).toEqual([[3 * portionBytes, 3 * portionBytes]]);
  expect(sent).toEqual([1, 2, 3].map((count) => count * portionBytes));
});

test.each([2, 1_600])('a file of %i portions that is not taken is refused with the reason', async (portions) => {
  refuses = new GreenupError('command.invalid', 'no key is installed');
  const sending = client.sendUpdate(portions * portionBytes, fileOf(portions), () => {});
  await expect(sending).rejects.toMatchObject({ exitCode: 1, message: 'no key is installed' });
  expect(kept).toEqual([]);
});

test('a file that cannot be read on is told, and the station has none', async () => {
  const broken = Readable.from(
    (function* () {
      yield Buffer.alloc(portionBytes);
      throw new Error('EIO: i/o error, read');
    })(),
  );
  await expect(client.sendUpdate(2 * portionBytes, broken, () => {})).rejects.toThrow('EIO: i/o error, read');
  expect(kept).toEqual([]);
});
