/** Where the keys say that the central system is, and the way back when it sent the station to an address that leads nowhere. */
import type { Cancel, Clock } from '../hal/clock';
import type { Log } from '../hal/log';
import { shape } from '../hal/shapes';
import type { Commits } from '../hal/store';
import { collection, type StoredValues } from '../hal/stored';
import type { Configuration } from './config-keys/configuration';
import type { ConfigurationStatus } from './config-keys/index';
import type { CentralSystemEndpoint } from './link/endpoint';

/** What is kept of an endpoint to find back to it. */
type Address = Pick<CentralSystemEndpoint, 'url' | 'identity'>;

export interface ConfiguredEndpointOptions {
  clock: Clock;
  commits: Commits;
  configuration: Configuration;
  log: Log;
  /** Whether OCPP is the charging mode of the station. */
  usesOcpp: () => boolean;
}

/** The way back from an address that the central system has set and that has not been reached yet. */
export const formerAddress = collection(
  'connection/former',
  shape.Object({ url: shape.String(), identity: shape.String() }),
);
/** "OCPP server connection" (guide, step 6); absent: on. */
export const switchedOn = collection('connection/on', shape.Boolean());
/** The keys of the address, in small letters. */
const addressKeys = ['url', 'uid'];
/** The answer to a change leaves before the move, and so can a second change that belongs to it; in ms. */
const moveDelayMs = 500;
/** After this many attempts in vain at a new address the station returns to the one it was sent away from. */
const attemptsMax = 5;

export class ConfiguredEndpoint {
  /** Where the order to move came from, until the new address has been reached. */
  private former: Address | undefined;
  private failures = 0;
  private cancelMove: Cancel = () => {};
  private on: boolean;
  private onMove: () => void = () => {};
  /** Whether OCPP was the charging mode when it was last looked at. */
  private usedOcpp = false;

  constructor(
    private readonly options: ConfiguredEndpointOptions,
    stored: StoredValues,
  ) {
    this.former = formerAddress.readOne(stored);
    this.on = switchedOn.readOne(stored) ?? true;
  }

  /** From now on `onMove` is called when the endpoint is another one, and the answer to what changed it has left. */
  start(onMove: () => void): void {
    this.onMove = onMove;
    this.usedOcpp = this.options.usesOcpp();
    this.options.configuration.onChange((key, origin) => {
      if (!addressKeys.includes(key.toLowerCase())) return;
      // A person at the station knows where it shall go: from there is no way back.
      if (origin === 'person') this.forgetFormer();
      this.moveSoon();
    });
  }

  /** The switch "OCPP server connection". */
  get switchedOn(): boolean {
    return this.on;
  }

  /** Resolves when the switch is durable. Off: the station is offline, and what it has to tell waits. */
  async switch(on: boolean): Promise<void> {
    const isNews = on !== this.on;
    this.on = on;
    if (isNews) this.move();
    await this.options.commits.commit({ put: [switchedOn.entry('', on)], del: [] });
  }

  /** The charging mode may have changed: the connection ends with OCPP, and begins with it. */
  modeMayHaveChanged(): void {
    const uses = this.options.usesOcpp();
    if (uses === this.usedOcpp) return;
    this.usedOcpp = uses;
    this.move();
  }

  /** The end: a move that was due does not come any more. */
  stop(): void {
    this.cancelMove();
  }

  /** Undefined while URL or UID is not set, the connection is switched off, or OCPP is not the charging mode. */
  current(): CentralSystemEndpoint | undefined {
    const { configuration, usesOcpp } = this.options;
    if (!this.on || !usesOcpp()) return undefined;
    const url = configuration.text('URL');
    const identity = configuration.text('UID');
    return url && identity ? { url, identity, security: { profile: 0 } } : undefined;
  }

  /** Changes a key, as the central system wants it; if it is one of the address, the way back is on disk before. */
  async change(key: string, value: string): Promise<ConfigurationStatus> {
    const { configuration } = this.options;
    if (!addressKeys.includes(key.toLowerCase())) return configuration.change(key, value, 'central system');
    const before = this.former ?? this.current();
    if (before) await this.keep(before);
    const status = await configuration.change(key, value, 'central system');
    const after = this.current();
    if (after?.url === before?.url && after?.identity === before?.identity) this.forgetFormer();
    return status;
  }

  /** Connected: there is nothing to return from. */
  reached(): void {
    this.forgetFormer();
  }

  /** An attempt to connect was in vain. */
  failed(): void {
    const { former } = this;
    if (!former) return;
    this.failures += 1;
    if (this.failures < attemptsMax) return;
    this.options.log.warn(
      { address: this.current()?.url, former },
      'the new address leads nowhere: back to the former one',
    );
    this.forgetFormer();
    const { configuration } = this.options;
    // What the central system wanted is taken back: no person has said where to go.
    const back = (key: 'URL' | 'UID', value: string) => configuration.change(key, value, 'central system');
    void back('URL', former.url).then(() => back('UID', former.identity));
  }

  private moveSoon(): void {
    const { clock } = this.options;
    this.cancelMove();
    this.cancelMove = clock.at(clock.now() + moveDelayMs, () => this.move());
  }

  private move(): void {
    this.cancelMove();
    this.onMove();
  }

  private async keep({ url, identity }: Address): Promise<void> {
    if (this.former) return;
    this.former = { url, identity };
    this.failures = 0;
    await this.options.commits.commit({ put: [formerAddress.entry('', { url, identity })], del: [] });
  }

  private forgetFormer(): void {
    if (!this.former) return;
    this.former = undefined;
    void this.options.commits.commit({ put: [], del: [formerAddress.key('')] });
  }
}
