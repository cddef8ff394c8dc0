/** UnlockConnector: asks the station, and answers when it has told what became of it (OCPP 1.6, 5.18). */
import type { Feature, Handlers, Reply } from '../feature';
import type { Services } from '../services';

export class UnlockConnector implements Feature {
  readonly profile = 'Core';
  readonly handlers: Handlers = { UnlockConnector: ({ connectorId }) => this.unlock(connectorId) };

  constructor(private readonly services: Pick<Services, 'station'>) {}

  /** An unknown connector, or one without lock, is NotSupported; the station finishes a running transaction first. */
  private async unlock(connectorId: number): Promise<Reply<'UnlockConnector'>> {
    const { station } = this.services;
    const connector = station.config.connectors[connectorId - 1];
    if (!connector?.socket.lock) return { result: { status: 'NotSupported' } };
    const result = await station.unlock(connectorId);
    return { result: { status: result === 'unlocked' ? 'Unlocked' : 'UnlockFailed' } };
  }
}
