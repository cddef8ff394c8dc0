/** A bare process that connects with the station's own transport each time that it is asked to, and tells how long it took. */
import { createInterface } from 'node:readline';
import type { EndpointSecurity } from '../../src/ocpp/link/endpoint';
import { WsTransport } from '../../src/ocpp/link/ws-transport';
import { CertificateJudge } from '../../src/ocpp/security/certificate-judge';

interface Order {
  url: string;
  profile: 0 | 1 | 2 | 3;
  ca?: string;
  cert?: string;
  key?: string;
}

const { url, profile, ca, cert = '', key = '' } = JSON.parse(process.argv[2] ?? '{}') as Order;
const judge = new CertificateJudge({ time: () => undefined, revocations: { isRevoked: () => false } });
const transport = new WsTransport({ ca });
const password = Buffer.from('the-password-of-it');

function security(): EndpointSecurity {
  if (profile === 0) return { profile };
  return profile === 3 ? { profile, chain: cert, key } : { profile, password };
}

/** In ms, from the order to connect to the open WebSocket. */
function once(): Promise<number> {
  const endpoint = { url, identity: 'BENCH', security: security(), judge };
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    let took = Number.NaN;
    const link = transport.connect(endpoint, 'ocpp1.6', {
      open: () => {
        took = performance.now() - begun;
        link.close();
      },
      message: () => {},
      pong: () => {},
      drained: () => {},
      close: (reason) => (Number.isNaN(took) ? reject(new Error(reason)) : resolve(took)),
    });
  });
}

createInterface({ input: process.stdin }).on('line', () => {
  void once().then((tookMs) => {
    process.stdout.write(`${JSON.stringify({ tookMs, rssMb: process.memoryUsage().rss / 2 ** 20 })}\n`);
  });
});
