/** The lines of `greenup update --wait`: what is new, through restarts, to the end or to the reason. */
import { awayMaxMs, followUpdate, SentLines } from '../../src/cli/update-progress';
import { updateLine } from '../../src/control/update-commands';
import type { UpdateFacts, UpdateShown } from '../../src/control/updates';

const shown: UpdateShown = {
  ...{ id: '7', by: 'person', step: 'waiting', waitsFor: null, connectors: [], version: null },
  ...{ doneBytes: 0, totalBytes: 10_000_000, retriesLeft: 2, reason: null, signature: null },
};
const about = 'update: is about to begin';

/** What was said while the station answered so, one after the other; undefined: it did not. */
async function said(...answers: (Partial<UpdateShown> | null | undefined)[]): Promise<string[]> {
  const lines: string[] = [];
  let now = 0;
  const look = async (): Promise<UpdateFacts | undefined> => {
    const answer = answers.shift();
    if (answer === undefined) return undefined;
    return { update: answer && { ...shown, ...answer } } as UpdateFacts;
  };
  const pause = async (): Promise<void> => {
    now += 1_000;
  };
  const followed = followUpdate({ id: '7', told: about, look, say: (line) => lines.push(line), now: () => now, pause });
  await followed.catch((error: Error) => lines.push(`ended: ${error.message}`));
  return lines;
}

test('each thing that is new is a line, and each tenth of a download', async () => {
  const download = (doneBytes: number) => ({ step: 'downloading', doneBytes }) as const;
  expect(
    await said(
      {},
      ...[0, 900_000, 1_100_000, 1_900_000, 4_000_000].map(download),
      ...[{ ...download(4_000_000), waitsFor: 'retry', reason: 'it broke' } as const, download(4_500_000)],
      { step: 'downloaded', version: '2', waitsFor: 'transactions', connectors: [1] },
      { step: 'downloaded', version: '2', waitsFor: 'transactions', connectors: [1] },
      { step: 'installed', version: '2' },
    ),
  ).toEqual([
    'update: downloads, 0.0 of 10.0 MB (0 %)',
    'update: downloads, 1.1 of 10.0 MB (11 %)',
    'update: downloads, 4.0 of 10.0 MB (40 %)',
    'update: waits for the next try: it broke',
    'update: downloads, 4.5 of 10.0 MB (45 %)',
    'update: 2 waits for the end of the charge at connector 1',
    'update: 2 is installed',
  ]);
});

test('a restart is told once, and waited for', async () => {
  const trial = { step: 'trial', version: '2' } as const;
  expect(await said(undefined, undefined, trial, undefined, { ...trial, step: 'installed' })).toEqual([
    'the station does not answer: it restarts',
    updateLine({ ...shown, ...trial }),
    'the station does not answer: it restarts',
    'update: 2 is installed',
  ]);
});

test.each(['downloadFailed', 'installationFailed'] as const)('%s ends it with the reason', async (step) => {
  const failed = { step, reason: 'there is no such file' };
  expect(await said(failed)).toEqual([`ended: ${updateLine({ ...shown, ...failed })}`]);
});

test('one that was cancelled, or replaced, is no success', async () => {
  const over = ['ended: update: cancelled, or another one took its place'];
  expect(await said(null)).toEqual(over);
  expect(await said({ id: '8', step: 'installed' })).toEqual(over);
});

test('a station that does not come back is given up', async () => {
  expect(await said(...Array.from({ length: 2 * (awayMaxMs / 1_000) }, () => undefined))).toEqual([
    'the station does not answer: it restarts',
    'ended: the station has not answered for 10 minutes',
  ]);
});

test('a file that is sent has a line for each tenth of it', () => {
  const lines: string[] = [];
  const sent = new SentLines(10_000_000, (line) => lines.push(line));
  for (const bytes of [65_536, 999_999, 1_000_000, 1_500_000, 5_300_000, 10_000_000]) sent.sent(bytes);
  expect(lines).toEqual([
    'sent: 1.0 of 10.0 MB (10 %)',
    'sent: 5.3 of 10.0 MB (50 %)',
    'sent: 10.0 of 10.0 MB (100 %)',
  ]);
});
