/** UnlockConnector: asks the station, and answers when it has told what became of it (OCPP 1.6, 5.18). */
import type { Feature, Handlers, Reply } from '../feature';
import type { Services } from '../services';

type Unlocked = 'unlocked' | 'failed';

export class UnlockConnector implements Feature {
  readonly profile = 'Core';
  readonly handlers: Handlers = { UnlockConnector: ({ connectorId }) => this.unlock(connectorId) };
  private nextId = 1;
  /** Requests that are not answered yet, by the id that the station was given. */
  private readonly waiting = new Map<number, (result: Unlocked) => void>();

  constructor(private readonly services: Pick<Services, 'station'>) {}

  unlocked(id: number, result: Unlocked): void {
    this.waiting.get(id)?.(result);
    this.waiting.delete(id);
  }

  /** An unknown connector, or one without lock, is NotSupported; the station finishes a running transaction first. */
  private async unlock(connectorId: number): Promise<Reply<'UnlockConnector'>> {
    const { station } = this.services;
    const connector = station.config.connectors[connectorId - 1];
    if (!connector?.socket.lock) return { result: { status: 'NotSupported' } };
    const id = this.nextId++;
    const result = await new Promise<Unlocked>((resolve) => {
      this.waiting.set(id, resolve);
      station.post({ kind: 'unlock', id, connectorId });
    });
    return { result: { status: result === 'unlocked' ? 'Unlocked' : 'UnlockFailed' } };
  }
}
