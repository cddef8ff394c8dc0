/** A central system for a fleet on the independent `ocpp-rpc` package, and the books that it keeps of every transaction. */
import type { AddressInfo } from 'node:net';
import { RPCServer } from 'ocpp-rpc';

type Payload = Record<string, unknown>;

/** What the package tells of a connection; its own types leave out most of it. */
interface Client {
  identity: string;
  handle(handler: (call: { method: string; params: Payload; messageId: string }) => unknown): void;
  on(event: 'strictValidationFailure', listener: (failure: { method: string; error: Error }) => void): void;
  on(event: 'badMessage', listener: (bad: { error: Error }) => void): void;
}

export interface Booked {
  identity: string;
  connectorId: number;
  transactionId: number;
  meterStartWh: number;
  meterStopWh: number | undefined;
  reason: unknown;
  /** Ids of the messages that told of its start and of its stop: a repetition has the same one. */
  startIds: Set<string>;
  stopIds: Set<string>;
}

export class StrictBooks {
  readonly booked: Booked[] = [];
  /** Schemas that were violated, and stops of what never began. */
  readonly faults: string[] = [];
  /** Requests of this name that came, repetitions included. */
  readonly counts = new Map<string, number>();
  /** For stations; empty before `listen`. */
  url = '';
  /** Called before a request is answered. */
  onRequest: (action: string) => void = () => {};
  private readonly server = new RPCServer({ protocols: ['ocpp1.6'], strictMode: true });
  private readonly starts = new Map<string, Booked>();

  /** Resolves with the URL for stations. */
  async listen(): Promise<string> {
    this.server.auth((accept) => accept({}));
    this.server.on('client', (client: Client) => this.welcome(client));
    const http = await this.server.listen(0, '127.0.0.1');
    this.url = `ws://127.0.0.1:${(http.address() as AddressInfo).port}/ocpp`;
    return this.url;
  }

  close(): Promise<unknown> {
    return this.server.close({ code: 1001, force: true });
  }

  get open(): Booked[] {
    return this.booked.filter(({ meterStopWh }) => meterStopWh === undefined);
  }

  /** Those of one outlet, as they were begun. */
  ofOutlets(): Map<string, Booked[]> {
    const outlets = new Map<string, Booked[]>();
    for (const one of this.booked) {
      const outlet = `${one.identity} ${one.connectorId}`;
      outlets.set(outlet, [...(outlets.get(outlet) ?? []), one]);
    }
    return outlets;
  }

  private welcome(client: Client): void {
    const { identity } = client;
    client.on('strictValidationFailure', ({ method, error }) =>
      this.faults.push(`${identity} ${method}: ${error.message}`),
    );
    client.on('badMessage', ({ error }) => this.faults.push(`${identity}: ${error.message}`));
    client.handle(({ method, params, messageId }) => {
      this.counts.set(method, (this.counts.get(method) ?? 0) + 1);
      this.onRequest(method);
      return this.answer(identity, method, params, messageId);
    });
  }

  private answer(identity: string, action: string, payload: Payload, messageId: string): Payload {
    const idTagInfo = { status: 'Accepted' };
    const currentTime = new Date().toISOString();
    switch (action) {
      case 'BootNotification':
        return { status: 'Accepted', currentTime, interval: 300 };
      case 'Heartbeat':
        return { currentTime };
      case 'Authorize':
        return { idTagInfo };
      case 'StartTransaction':
        return { idTagInfo, transactionId: this.start(identity, payload, messageId).transactionId };
      case 'StopTransaction':
        this.stop(identity, payload, messageId);
        return {};
      default:
        return {};
    }
  }

  private start(identity: string, payload: Payload, messageId: string): Booked {
    const known = this.starts.get(`${identity} ${messageId}`);
    if (known) return known;
    const one: Booked = {
      identity,
      connectorId: Number(payload.connectorId),
      transactionId: this.booked.length + 1,
      meterStartWh: Number(payload.meterStart),
      meterStopWh: undefined,
      reason: undefined,
      startIds: new Set([messageId]),
      stopIds: new Set(),
    };
    this.starts.set(`${identity} ${messageId}`, one);
    this.booked.push(one);
    return one;
  }

  private stop(identity: string, payload: Payload, messageId: string): void {
    const one = this.booked[Number(payload.transactionId) - 1];
    if (one?.identity !== identity) {
      this.faults.push(`${identity} stops ${payload.transactionId}, which is none of its own`);
      return;
    }
    one.stopIds.add(messageId);
    one.meterStopWh = Number(payload.meterStop);
    one.reason = payload.reason;
  }
}
