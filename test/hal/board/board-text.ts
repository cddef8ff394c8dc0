/** A good board text to spoil, and what the loader says of it afterwards. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseBoard } from '../../../src/hal/board/board-file';
import type { CatalogueStation } from '../../../src/hal/board/catalogue';
import { GreenupError } from '../../../src/hal/errors';

/** Line 8 begins the first point, 11 its Mode 3 socket, 14 its Mode 2 socket. */
export const good = `name: bench
drivers: simulated
vendor: Legrand
model: "059004"
serialNumber: "260988"
firmwareVersion: V01.01.65/V01.01.08
points:
  - side: right
    installationCurrent: 32
    sockets:
      - mode: mode3
        phases: 3
        ratedCurrent: 32
      - mode: mode2
        phases: 1
        ratedCurrent: 16
`;

/** Appended to `good`, a second point from line 17. */
export const leftPoint = `  - side: left
    installationCurrent: 32
    sockets:
      - mode: mode3
        phases: 1
        ratedCurrent: 32
`;

export function messageFor(text: string, catalogue?: CatalogueStation[]): string {
  try {
    parseBoard(text, 'board/x.yaml', catalogue);
  } catch (error) {
    expect(error).toBeInstanceOf(GreenupError);
    expect(error).toHaveProperty('code', 'board.invalid');
    return (error as GreenupError).message;
  }
  return 'no error';
}

/** Replaces the only place of `from`: a test whose place has moved must not pass by accident. */
export function changed(from: string, to: string, text = good): string {
  expect(text.split(from)).toHaveLength(2);
  return text.replace(from, to);
}

/** Runs with a directory of its own, which is gone afterwards. */
export function inDirectory(run: (directory: string) => void): void {
  const directory = mkdtempSync(join(tmpdir(), 'board-'));
  try {
    run(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
