/** UpdateFirmware and FirmwareStatusNotification: the central system orders an update, and hears what becomes of it (OCPP 1.6, 4.5 and 5.19). */
import { GreenupError, messageOf } from '../../hal/errors';
import { type FirmwareUpdates, isBeyondCancel, isEndOfUpdate, type UpdateStep } from '../../hal/firmware-updates';
import type { Feature, Handlers, Reply, TriggerAction } from '../feature';
import { fileLocation } from '../file-location';
import { fileRetries } from '../file-retries';
import type { RequestOf } from '../messages';
import { parseDateTime } from '../messages/date-time';
import type { Services } from '../services';
import { presentStatus } from './firmware-path';
import { FirmwareStatuses } from './firmware-statuses';
import { orderInTime } from './update-order';

export class Firmware implements Feature {
  readonly profile = 'FirmwareManagement';
  /** A station that cannot be updated answers NotSupported. */
  readonly handlers: Handlers;
  /** Of both kinds of orders. */
  readonly statuses: FirmwareStatuses;
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

  /**
   * While an update goes on it is told in the words of its order, whoever asks. Otherwise TriggerMessage asks for
   * FirmwareStatusNotification (5.17), and ExtendedTriggerMessage for the message of the whitepaper (6.12 there).
   */
  readonly triggers = {
    FirmwareStatusNotification: (_connectorId: number | undefined, action: TriggerAction) => () => {
      const progress = this.services.updates?.progress();
      const goesOn = progress?.by === 'centralSystem' && !isEndOfUpdate(progress.step);
      const isSigned = goesOn ? progress.signed !== undefined : action === 'ExtendedTriggerMessage';
      if (isSigned) this.statuses.tellSignedNow();
      else this.statuses.tellNow(() => this.present());
    },
  };

  private present() {
    const progress = this.services.updates?.progress();
    return progress && progress.signed === undefined ? presentStatus[progress.step] : 'Idle';
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
    const { configuration, roots } = this.services;
    if (roots.of('ManufacturerRootCertificate').length > 0) return onlySigned;
    const former = updates.progress();
    if (former && isBeyondCancel(former.step)) return isBusy(former.step);
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
    const refused = await orderInTime(this.services, updates, {
      source: { from: 'url', url, ...(credentials && { credentials }) },
      by: 'centralSystem',
      ...(notBeforeUnixMs === undefined ? {} : { notBeforeUnixMs }),
      ...fileRetries(request),
    });
    if (!refused) return { result: {}, afterwards: letGo };
    letGo();
    const { error } = refused;
    const isInvalid = error instanceof GreenupError && error.code === 'command.invalid';
    return { error: isInvalid ? 'GenericError' : 'InternalError', description: messageOf(error) };
  }
}

/** One way at a time is open: with a root of the maker that is SignedUpdateFirmware (security whitepaper, L01.FR.20), without one it leads nowhere. */
const onlySigned: Reply<'UpdateFirmware'> = {
  error: 'NotSupported',
  description: 'a ManufacturerRootCertificate is installed: updates are ordered by SignedUpdateFirmware',
};

function isBusy(step: UpdateStep): Reply<'UpdateFirmware'> {
  return { error: 'GenericError', description: busyWords(step) };
}

/** Why there can be no other order now. */
export function busyWords(step: UpdateStep): string {
  const what = step === 'trial' ? 'an update is on trial' : 'an update is being installed';
  return `${what}; order the next one when it has ended`;
}
