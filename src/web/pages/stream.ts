/** What the station tells as it changes: one stream of server-sent events, which puts the view together again. */
import { type Change, type LiveValue, withChanges } from '../live-changes';

export type Heard<View> =
  /** null: the station is starting or ending. */
  | { kind: 'view'; view: View | null }
  | { kind: 'beat' }
  /** The station has ended the stream; whether whoever looks is still logged in must be asked. */
  | { kind: 'ended' };

export class Stream<View> {
  private source: EventSource | undefined;
  private value: LiveValue | undefined;
  /** Of what was heard last. */
  private id = '';
  /** What was heard before it was opened may be old; the first word says whether it is. */
  private isConfirmed = false;

  constructor(
    private readonly path: string,
    private readonly tell: (heard: Heard<View>) => void,
  ) {}

  /** What was heard last; undefined: nothing yet. */
  get view(): View | null | undefined {
    return this.value as View | null | undefined;
  }

  get isOpen(): boolean {
    return this.source !== undefined && this.source.readyState !== EventSource.CLOSED;
  }

  /** Does nothing where it is open. Goes on from what was heard last, as far as the station still knows. */
  open(): void {
    if (this.isOpen) return;
    const source = new EventSource(`${this.path}?after=${this.id}`);
    this.source = source;
    this.isConfirmed = false;
    const listen = (name: string, act: (message: MessageEvent<string>) => void): void =>
      source.addEventListener(name, (event) => {
        if (this.source === source) act(event as MessageEvent<string>);
      });
    listen('view', ({ data, lastEventId }) => this.take(JSON.parse(data) as LiveValue, lastEventId));
    listen('change', ({ data, lastEventId }) => this.change(JSON.parse(data) as Change[], lastEventId));
    listen('beat', () => this.beat());
    // It comes back by itself from a lost connection; what was refused does not.
    listen('error', () => {
      if (source.readyState === EventSource.CLOSED) this.tell({ kind: 'ended' });
    });
  }

  close(): void {
    this.source?.close();
    this.source = undefined;
  }

  /** Whoever logs in next may see another station at this address. */
  forget(): void {
    this.close();
    this.id = '';
    this.value = undefined;
  }

  /** Whoever has opened it again, such as a tab that is new beside hidden ones, has not heard what nobody missed. */
  private beat(): void {
    if (!this.isConfirmed && this.value !== undefined) this.take(this.value, this.id);
    else this.tell({ kind: 'beat' });
  }

  private take(value: LiveValue, id: string): void {
    this.isConfirmed = true;
    this.value = value;
    this.id = id;
    this.tell({ kind: 'view', view: value as View | null });
  }

  private change(changes: readonly Change[], id: string): void {
    try {
      this.take(withChanges(this.value ?? null, changes), id);
    } catch {
      // Not of what is here: the whole puts it right.
      this.forget();
      this.open();
    }
  }
}
