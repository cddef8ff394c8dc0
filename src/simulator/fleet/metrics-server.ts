/** Serves the figures of a fleet that runs to a monitoring system of this machine. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { GreenupError, messageOf } from '../../hal/errors';
import { prometheusType } from '../../web/prometheus';

export interface MetricsServer {
  port: number;
  close(): void;
}

const host = '127.0.0.1';

/** GET /metrics; 0: any port that is free. Rejects with `config.invalid` for one that cannot be had. */
export function serveMetrics(port: number, text: () => string): Promise<MetricsServer> {
  const server = createServer(({ method, url }, response) => {
    const isThere = url === '/metrics' && (method === 'GET' || method === 'HEAD');
    response.writeHead(isThere ? 200 : 404, { 'Content-Type': isThere ? prometheusType : 'text/plain' });
    response.end(isThere ? text() : 'There is /metrics alone.\n');
  });
  return new Promise((resolve, reject) => {
    server.on('error', (error) =>
      reject(new GreenupError('config.invalid', `--metrics-port ${port}: ${messageOf(error)}; choose another`)),
    );
    server.listen(port, host, () =>
      resolve({
        port: (server.address() as AddressInfo).port,
        close: () => {
          server.close();
          server.closeAllConnections();
        },
      }),
    );
  });
}
