/** The far end of the station's serial cable, as bytes; the port was made raw by guest/init. */
import { constants, openSync, read, writeSync } from 'node:fs';

const readBytesMax = 256;

/** Opens the port; returns what sends bytes. */
export function openSerialEnd(
  path: string,
  onBytes: (bytes: Buffer) => void,
  onError: (error: Error) => void,
): (bytes: Buffer) => void {
  const file = openSync(path, constants.O_RDWR | constants.O_NOCTTY);
  const buffer = Buffer.alloc(readBytesMax);
  const next = (): void =>
    read(file, buffer, 0, buffer.length, null, (error, length) => {
      if (error !== null) {
        onError(error);
        return;
      }
      onBytes(Buffer.from(buffer.subarray(0, length)));
      next();
    });
  next();
  return (bytes) => {
    writeSync(file, bytes);
  };
}
