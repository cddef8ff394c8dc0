/** SignedUpdateFirmware: an update whose file the maker has signed, by a certificate that comes with the order (security whitepaper, L01). */
import { messageOf } from '../../hal/errors';
import { type FirmwareUpdates, isBeyondCancel, isEndOfUpdate } from '../../hal/firmware-updates';
import type { Feature, Refused, Reply } from '../feature';
import { fileLocation } from '../file-location';
import { fileRetries } from '../file-retries';
import type { RequestOf } from '../messages';
import { parseDateTime } from '../messages/date-time';
import type { Services } from '../services';
import { busyWords } from './firmware';
import type { FirmwareStatuses } from './firmware-statuses';
import { orderInTime } from './update-order';

type SignedUpdateAnswer = Reply<'SignedUpdateFirmware'>;

/** `statuses` are those of both kinds of orders, and told by the feature of the other. */
export function signedFirmware(services: Services, statuses: FirmwareStatuses): Feature {
  const { updates } = services;
  return {
    profile: 'Security',
    handlers: updates ? { SignedUpdateFirmware: (request) => answer(services, updates, statuses, request) } : {},
  };
}

/** The certificate first (L01.FR.23): a wrong one is an event whatever goes on, and ends no other update. */
async function answer(
  services: Services,
  updates: FirmwareUpdates,
  statuses: FirmwareStatuses,
  request: RequestOf<'SignedUpdateFirmware'>,
): Promise<SignedUpdateAnswer> {
  const { configuration } = services;
  const { firmware, requestId } = request;
  const signing = signingCertificate(services, firmware.signingCertificate);
  if ('refused' in signing) {
    services.securityLog.report('InvalidFirmwareSigningCertificate', `of request ${requestId}: ${signing.why}`);
    return { result: { status: signing.refused }, why: signing.why };
  }
  const former = updates.progress();
  if (former && isBeyondCancel(former.step)) return rejected(busyWords(former.step));
  const goesOn = former !== undefined && !isEndOfUpdate(former.step);
  const location = fileLocation(firmware.location, configuration.list('SupportedFileTransferProtocols'));
  if ('refused' in location) {
    // A central system that only wants to end what goes on may name any location (L01.FR.26).
    if (!goesOn || former.by !== 'centralSystem') return rejected(location.refused);
    void updates.cancel().catch(() => {});
    services.log.warn({}, `an update was ended by one that cannot be fetched: ${location.refused}`);
    return { result: { status: 'AcceptedCanceled' }, afterwards: () => statuses.failed(former.id, requestId) };
  }
  const { url, credentials } = location;
  const [notBeforeUnixMs, installNotBeforeUnixMs] = [
    parseDateTime(firmware.retrieveDateTime),
    firmware.installDateTime === undefined ? undefined : parseDateTime(firmware.installDateTime),
  ];
  const letGo = statuses.hold();
  const refused = await orderInTime(services, updates, {
    source: { from: 'url', url, ...(credentials && { credentials }) },
    by: 'centralSystem',
    ...(notBeforeUnixMs === undefined ? {} : { notBeforeUnixMs }),
    ...(installNotBeforeUnixMs === undefined ? {} : { installNotBeforeUnixMs }),
    signed: { request: requestId, signer: signing.signer, signature: firmware.signature },
    ...fileRetries(request),
  });
  if (!refused) return { result: { status: goesOn ? 'AcceptedCanceled' : 'Accepted' }, afterwards: letGo };
  letGo();
  return rejected(messageOf(refused.error));
}

/** What reads certificates is loaded when there is one. */
function signingCertificate({ roots, revocations, wall, clock }: Services, text: string) {
  const { readSigningCertificate } =
    require('../security/signing-certificate') as typeof import('../security/signing-certificate');
  return readSigningCertificate(text, {
    roots: roots.of('ManufacturerRootCertificate').map(({ pem }) => pem),
    revocations,
    nowMs: wall.at(clock.now()),
  });
}

function rejected(why: string): Refused<'SignedUpdateFirmware'> {
  return { result: { status: 'Rejected' }, why };
}
