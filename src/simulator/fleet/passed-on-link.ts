/** A link through which all passes that the station does to it; whoever stands between overrides what is more to him. */
import { noLink, type TransportLink } from '../../ocpp/link/transport';

export class PassedOnLink implements TransportLink {
  /** Nothing passes before it is there. */
  inner: TransportLink = noLink;

  send(text: string): void {
    this.inner.send(text);
  }

  ping(): void {
    this.inner.ping();
  }

  pause(): void {
    this.inner.pause();
  }

  resume(): void {
    this.inner.resume();
  }

  unsentBytes(): number {
    return this.inner.unsentBytes();
  }

  close(code?: number): void {
    this.inner.close(code);
  }

  terminate(): void {
    this.inner.terminate();
  }
}
