/** What tests with real servers share: one of each kind, with a folder, a login, a proof, and a proxy that can cut it off. */
import { chownSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NetworkTransferOptions } from '../../../src/drivers/transfer/network-transfer';
import { Authority, type CertificateOptions } from '../../support/certificates';
import { type DebianServer, nginx, openssh, password, proftpd, user } from '../../support/debian-servers';
import { LoopbackProxy, proxyHost } from '../../support/loopback-proxy';
import { newHostKey } from '../../support/sftp-server';
import { content, TestHosts } from './support';

/** ProFTPD has the first four, OpenSSH the fifth, nginx the last two. */
export const kinds = ['ftp', 'ftps', 'implicit', 'sftp', 'openssh', 'http', 'https'] as const;
export type Kind = (typeof kinds)[number];
export const tlsKinds: readonly Kind[] = ['ftps', 'implicit', 'https'];
export const sshKinds: readonly Kind[] = ['sftp', 'openssh'];
export const httpKinds: readonly Kind[] = ['http', 'https'];
/** Those to which a file can be sent after a part of it; HTTP begins anew. */
export const resumingKinds = kinds.filter((kind) => !httpKinds.includes(kind));

export const credentials = { user, password };

/** One test has one. */
export class Place {
  readonly hosts = new TestHosts();
  readonly authority = new Authority();
  server!: DebianServer;
  proxy: LoopbackProxy | undefined;

  constructor(readonly kind: Kind) {}

  /** `more`: lines of ProFTPD's configuration. */
  async serve(issued: CertificateOptions = {}, more: readonly string[] = []): Promise<void> {
    const proof = this.authority.issue({ names: `DNS:localhost,IP:${proxyHost}`, ...issued });
    const { kind } = this;
    if (kind === 'openssh') this.server = await openssh(newHostKey('ecdsa'));
    else if (kind === 'http' || kind === 'https') this.server = await nginx(kind === 'https' ? proof : undefined);
    else this.server = await proftpd(kind, { ...proof, hostKey: newHostKey('rsa') }, more);
    await this.server.start();
  }

  /** From now on URLs lead through it. */
  async between(): Promise<LoopbackProxy> {
    this.proxy = await LoopbackProxy.start([this.server.port, ...this.server.dataPorts]);
    return this.proxy;
  }

  urlOf(path: string): string {
    const host = this.proxy ? proxyHost : 'localhost';
    // Without a port it is tried where TLS begins at once.
    if (this.kind === 'implicit') return `ftps://${host}${path}`;
    // A user of the machine sees all of it: his folder is where the login ends up.
    if (this.kind === 'openssh') return `sftp://${host}:${this.server.port}/~${path}`;
    return `${this.kind}://${host}:${this.server.port}${path}`;
  }

  pathOf(name: string): string {
    return join(this.server.folder, name);
  }

  /** Puts a file there. */
  put(name: string, bytes: Buffer = content): void {
    writeFileSync(this.pathOf(name), bytes);
    chownSync(this.pathOf(name), 65_534, 65_534);
  }

  trusting(options: Partial<NetworkTransferOptions> = {}): {
    hosts: TestHosts;
    options: Partial<NetworkTransferOptions>;
  } {
    return { hosts: this.hosts, options: { authorities: this.authority.cert, ...options } };
  }

  async remove(): Promise<void> {
    await this.proxy?.stop();
    await this.server?.remove();
    this.authority.remove();
  }
}
