/** A process that commits numbered batches, several under way at once, and prints each number when it is durable. */
import { writeSync } from 'node:fs';
import { LevelStore } from '../../../src/drivers/store/level-store';

const [directory = '', first = '0'] = process.argv.slice(2);

async function commitForever(store: LevelStore, offset: number): Promise<void> {
  for (let number = Number(first) + offset; ; number += 3) {
    const filler = 'x'.repeat((number * 37) % 4000);
    await store.commit({
      put: [
        [`left/${number}`, { number, filler }],
        [`right/${number}`, { number, filler }],
      ],
      del: [`left/${number - 3000}`, `right/${number - 3000}`],
    });
    writeSync(1, `${number}\n`);
  }
}

void LevelStore.open(directory).then((store) => Promise.all([0, 1, 2].map((offset) => commitForever(store, offset))));
