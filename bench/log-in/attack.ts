/** Times commits of a real store, at rest and while somebody tries passwords at the pages as fast as he is answered. */
import { RealClock } from '../../src/drivers/clock/real-clock';
import { LevelStore } from '../../src/drivers/store/level-store';
import type { Batch } from '../../src/hal/store';
import { StoredValues } from '../../src/hal/stored';
import { PagePassword } from '../../src/local/page-password';
import { Attempts } from '../../src/web/attempts';
import { LogIn } from '../../src/web/log-in';
import { PasswordHasher } from '../../src/web/password';
import { Sessions } from '../../src/web/sessions';

export interface AttackJob {
  directory: string;
  commits: number;
  attempts: number;
}

async function main({ directory, commits, attempts }: AttackJob): Promise<void> {
  const store = await LevelStore.open(directory);
  const through = { commit: (batch: Batch) => store.commit(batch) };
  const password = new PagePassword(through, new StoredValues(await store.load()));
  const hasher = new PasswordHasher();
  const began = performance.now();
  await password.change(await hasher.hash('correct horse'));
  const hashMs = performance.now() - began;
  const logIn = new LogIn({
    station: { password: () => password, noteLogIn: () => {} },
    attempts: new Attempts(),
    sessions: new Sessions(() => 'x'),
    hasher,
    clock: new RealClock(),
  });
  await timed(store, () => true, commits); // the first ones find nothing in any cache
  const rest = await timed(store, () => true, commits);
  let hashes = 0;
  let tried = 0;
  const attack = async (): Promise<void> => {
    while (tried < attempts) {
      const number = tried;
      tried += 1;
      const address = `10.${number >> 16}.${(number >> 8) & 255}.${number & 255}`;
      await logIn.enter('admin', `guess ${number}`, address).catch((error: { code?: number }) => {
        if (error.code === 401) hashes += 1;
      });
      await new Promise(setImmediate);
    }
  };
  const attacks = Promise.all(Array.from({ length: 8 }, attack));
  let isOver = false;
  void attacks.then(() => {
    isOver = true;
  });
  const attacked = await timed(store, () => !isOver, Number.POSITIVE_INFINITY);
  await attacks;
  await store.close();
  process.stdout.write(`${JSON.stringify({ rest, attacked, hashes, hashMs })}\n`);
}

async function timed(store: LevelStore, goesOn: () => boolean, most: number): Promise<number[]> {
  const times: number[] = [];
  for (let count = 0; count < most && goesOn(); count += 1) {
    const began = performance.now();
    await store.commit({ put: [['k', count]], del: [] });
    times.push(performance.now() - began);
  }
  return times;
}

void main(JSON.parse(process.argv[2] ?? '') as AttackJob);
