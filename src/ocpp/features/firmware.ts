/** UpdateFirmware and FirmwareStatusNotification: the central system orders an update, and hears what becomes of it (OCPP 1.6, 4.5 and 5.19). */
import { GreenupError, messageOf } from '../../hal/errors';
import type { FirmwareUpdates } from '../../hal/firmware-updates';
import type { Feature, Handlers, Reply } from '../feature';
import { fileLocation } from '../file-location';
import { fileRetries } from '../file-retries';
import type { RequestOf } from '../messages';
import { parseDateTime } from '../messages/date-time';
import type { Services } from '../services';
import { FirmwareStatuses, presentStatus } from './firmware-statuses';

/** The answer waits for the disk so long, in ms; an order that takes longer holds all the same. */
const durableMaxMs = 5_000;

export class Firmware implements Feature {
  readonly profile = 'FirmwareManagement';
  /** A station that cannot be updated answers NotSupported. */
  readonly handlers: Handlers;
  readonly triggers = { FirmwareStatusNotification: () => () => this.statuses.tellNow(() => this.present()) };
  private readonly statuses: FirmwareStatuses;
  private cancel = (): void => {};

  constructor(private readonly services: Services) {
    const { updates } = services;
    this.statuses = new FirmwareStatuses(services);
    this.handlers = updates ? { UpdateFirmware: (request) => this.answer(updates, request) } : {};
    if (updates) this.cancel = updates.onStep((progress) => this.statuses.follow(progress));
  }

  /** What an update did at the end of the former program, or while this one began. */
  start(): void {
    const progress = this.services.updates?.progress();
    if (progress) this.statuses.follow(progress);
  }

  stop(): void {
    this.cancel();
    this.statuses.stop();
  }

  linkUp(): void {
    this.statuses.tell();
  }

  registered(): void {
    this.statuses.tell();
  }

  private present() {
    const progress = this.services.updates?.progress();
    return progress ? presentStatus[progress.step] : 'Idle';
  }

  /**
   * UpdateFirmware.conf has no word for no (6.56). An order that cannot be carried out now is answered with a CALLERROR:
   * GenericError, since nothing is wrong with the request or inside of the station (OCPP-J 4.2.3). One whose file cannot
   * be had is answered, as 5.19 has it for every order, and has failed then: DownloadFailed (7.25).
   */
  private async answer(
    updates: FirmwareUpdates,
    request: RequestOf<'UpdateFirmware'>,
  ): Promise<Reply<'UpdateFirmware'>> {
    const { configuration } = this.services;
    const former = updates.progress();
    if (former?.step === 'installing' || former?.step === 'trial') return isBusy(former.step);
    const location = fileLocation(request.location, configuration.list('SupportedFileTransferProtocols'));
    if ('refused' in location) {
      // The newest order is what is wanted: one before it is not carried out in its place.
      const abandoned = former?.by === 'centralSystem' ? former.id : undefined;
      if (abandoned !== undefined) void updates.cancel().catch(() => {});
      return { result: {}, why: location.refused, afterwards: () => this.statuses.failed(abandoned) };
    }
    const { url, credentials } = location;
    const notBeforeUnixMs = parseDateTime(request.retrieveDate);
    const letGo = this.statuses.hold();
    const order = updates.order({
      source: { from: 'url', url, ...(credentials && { credentials }) },
      by: 'centralSystem',
      ...(notBeforeUnixMs === undefined ? {} : { notBeforeUnixMs }),
      ...fileRetries(request),
    });
    const refusal = await this.inTime(order);
    if (refusal === undefined) return { result: {}, afterwards: letGo };
    letGo();
    return refusal;
  }

  /** Undefined: the order is durable, or the disk takes its time. */
  private async inTime(order: Promise<void>): Promise<Reply<'UpdateFirmware'> | undefined> {
    const { clock, log } = this.services;
    let isLate = false;
    let end = (): void => {};
    const late = new Promise<undefined>((resolve) => {
      end = () => resolve(undefined);
    });
    const cancel = clock.at(clock.now() + durableMaxMs, () => {
      isLate = true;
      end();
    });
    const refused = order.then(
      () => undefined,
      (error: unknown): Reply<'UpdateFirmware'> => {
        if (isLate) log.warn({}, `an update that was ordered does not come: ${messageOf(error)}`);
        const isInvalid = error instanceof GreenupError && error.code === 'command.invalid';
        return { error: isInvalid ? 'GenericError' : 'InternalError', description: messageOf(error) };
      },
    );
    const first = await Promise.race([refused, late]);
    cancel();
    return first;
  }
}

function isBusy(step: 'installing' | 'trial'): Reply<'UpdateFirmware'> {
  const what = step === 'installing' ? 'an update is being installed' : 'an update is on trial';
  return { error: 'GenericError', description: `${what}; order the next one when it has ended` };
}
