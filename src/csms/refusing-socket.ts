/** A connection on which the certificate of the other side is refused by an alert, as servers with TLS 1.2 do; Node.js cuts it without a word. */
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

/** RFC 5246, 6.2.1 and 7.4: a record of the handshake whose first message is Certificate. */
const handshakeRecord = 22;
const certificateMessage = 11;
const headBytes = 5;
/** A fatal alert: unknown_ca (7.2.2). */
const unknownAuthority = Buffer.from([21, 3, 3, 0, 2, 2, 48]);

/** What a server of TLS 1.2 is given in the place of `raw`, of which nothing has been taken yet. */
export function refusingSocket(raw: Socket): Duplex {
  let rest: Buffer = Buffer.alloc(0);
  const duplex = new Duplex({
    read: () => raw.resume(),
    write: (piece, _encoding, done) => void raw.write(piece, done),
    final: (done) => void raw.end(done),
    destroy: (error, done) => {
      raw.destroy();
      done(error);
    },
  });
  /** Hands on what is whole; false: the certificate has come. */
  const pass = (): boolean => {
    for (;;) {
      const bytes = rest.length < headBytes ? Number.POSITIVE_INFINITY : headBytes + rest.readUInt16BE(3);
      if (rest.length < bytes) return true;
      if (rest[0] === handshakeRecord && rest[headBytes] === certificateMessage) return false;
      duplex.push(rest.subarray(0, bytes));
      rest = rest.subarray(bytes);
    }
  };
  const take = (piece: Buffer): void => {
    rest = Buffer.concat([rest, piece]);
    if (pass()) return;
    raw.off('data', take);
    raw.end(unknownAuthority);
    raw.resume();
  };
  raw.on('data', take);
  raw.on('error', () => duplex.destroy());
  raw.on('end', () => duplex.push(null));
  raw.on('close', () => duplex.destroy());
  return duplex;
}
