/** Stands before a server of this machine, at another address of the loopback and at its ports: cuts, holds up, falls silent. */

import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** Where it is; the server is at 127.0.0.1. */
export const proxyHost = '127.0.0.2';

export class LoopbackProxy {
  /** All connections are cut when so many bytes have gone through, both ways counted. */
  cutAfterBytes = Number.POSITIVE_INFINITY;
  /** Holds each portion up. */
  before: (movedBytes: number) => Promise<void> = async () => {};
  private movedBytes = 0;
  private readonly servers: Server[] = [];
  private readonly sockets = new Set<Socket>();

  static async start(ports: readonly number[]): Promise<LoopbackProxy> {
    const proxy = new LoopbackProxy();
    for (const port of ports) {
      const server = createServer({ allowHalfOpen: true }, (near) => proxy.join(near, port));
      proxy.servers.push(server);
      await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, proxyHost, resolve));
    }
    return proxy;
  }

  /** From now on so many bytes go through. */
  cutAfter(bytes: number): void {
    this.movedBytes = 0;
    this.cutAfterBytes = bytes;
  }

  async stop(): Promise<void> {
    this.cut();
    await Promise.all(this.servers.map((server) => new Promise((resolve) => server.close(resolve))));
  }

  private cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  private join(near: Socket, port: number): void {
    const far = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    for (const socket of [near, far]) {
      this.sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => {});
      socket.on('close', () => this.sockets.delete(socket));
    }
    // What was cut on the one side is cut on the other, too.
    void this.relay(near, far).catch(() => far.destroy());
    void this.relay(far, near).catch(() => near.destroy());
  }

  private async relay(from: Socket, to: Socket): Promise<void> {
    for await (const portion of from as AsyncIterable<Buffer>) {
      await this.before(this.movedBytes);
      const allowed = portion.subarray(0, Math.max(0, this.cutAfterBytes - this.movedBytes));
      this.movedBytes += portion.length;
      const flows = to.write(allowed);
      if (allowed.length < portion.length) {
        setImmediate(() => this.cut());
        return;
      }
      if (!flows) await once(to, 'drain');
    }
    to.end();
  }
}
