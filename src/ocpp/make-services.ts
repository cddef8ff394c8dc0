/** Makes what the features use, each part complete before the next one takes it. */

import type { KeyFiles } from '../hal/ports';
import { ConfiguredEndpoint } from './configured-endpoint';
import { featureProfileEnabled } from './feature-profiles';
import { AuthorizationCache } from './features/authorization-cache';
import { FileUploads } from './features/file-uploads';
import { LocalAuthList } from './features/local-auth-list';
import { LocalAuthorization } from './features/local-authorization';
import { messageIds } from './link/message-ids';
import { Sender } from './link/sender';
import type { SentActions } from './messages/protocol';
import { Registration } from './registration';
import { CertificateJudge, certificateTime } from './security/certificate-judge';
import { InstalledRoots } from './security/installed-roots';
import type { ProvidedSecurity } from './security/provided-security';
import { RevocationLists } from './security/revocation';
import { SecurityLog } from './security/security-events';
import { StationCertificates } from './security/station-certificates';
import { StationKeys } from './security/station-keys';
import type { Services } from './services';
import { MeasurandPolicy } from './transactions/measurand-policy';
import { Outbox } from './transactions/outbox';
import { lastSeq } from './transactions/stored-messages';
import { TransactionQueue } from './transactions/transaction-queue';
import { UnansweredValues } from './transactions/unanswered-values';
import { timesOfBoots, WallTime } from './wall-time';

export type ServicesOptions = Pick<
  Services,
  | 'clock'
  | 'random'
  | 'log'
  | 'identity'
  | 'station'
  | 'configuration'
  | 'commits'
  | 'stored'
  | 'files'
  | 'updates'
  | 'onDelivered'
> & {
  boot: number;
  /** Where private keys of the station lie; undefined: it can keep none. */
  keyFiles: KeyFiles | undefined;
  /** Given by whoever starts the station. */
  provided?: ProvidedSecurity | undefined;
  /** Follow the central system's clock; not where the simulation runs faster than real time. */
  followCentralTime: () => boolean;
};

export function makeServices(options: ServicesOptions): { services: Services; sender: Sender<SentActions> } {
  const { clock, random, log, identity, station, configuration, commits, stored, boot, files, keyFiles, updates } =
    options;
  const { onDelivered, provided } = options;
  const nextMessageId = messageIds(boot, random);
  let seq = lastSeq(stored);
  const nextSeq = () => ++seq;
  const wall = new WallTime(clock, boot, timesOfBoots(stored), options.followCentralTime);
  const registration = new Registration(wall, commits, stored);
  const policy = new MeasurandPolicy(configuration);
  const unansweredValues = new UnansweredValues(clock, commits);
  const outbox = new Outbox({ wall, policy, unansweredValues, nextMessageId, nextSeq, now: () => clock.now() }, stored);
  const list = new LocalAuthList(
    { configuration, commits, supported: () => featureProfileEnabled(configuration, 'LocalAuthListManagement') },
    stored,
  );
  const cacheEnabled = () => configuration.boolean('AuthorizationCacheEnabled');
  const cache = new AuthorizationCache({ clock, wall, commits, enabled: cacheEnabled }, stored);
  const usesOcpp = () => station.state.points.some(({ mode }) => mode === 'ocpp');
  const roots = new InstalledRoots(commits, stored, provided?.roots);
  const unixNow = () => wall.at(clock.now());
  const revocations = new RevocationLists(commits, stored, roots, unixNow);
  const certificateJudge = new CertificateJudge({ time: () => certificateTime(wall, clock), revocations });
  const { serialNumber, serialNumberObjection } = identity;
  const keys = new StationKeys({ log, keyFiles, random });
  const certificates = new StationCertificates(
    { commits, log, roots, keys, serialNumber, serialNumberObjection, provided, unixNow },
    stored,
  );
  const made = {
    ...{ clock, wall, random, log, identity, station, configuration, commits, stored, registration, outbox, roots },
    ...{ keys, certificates, revocations, certificateJudge },
    securityLog: new SecurityLog(stored),
    uploads: new FileUploads({ clock, log }),
    unansweredValues,
    onDelivered,
    files,
    updates,
    localAuthorization: new LocalAuthorization(list, cache, unixNow),
    endpoint: new ConfiguredEndpoint(
      { clock, commits, configuration, log, roots, certificates, usesOcpp, judge: certificateJudge },
      stored,
    ),
  };
  const queue = new TransactionQueue(made, () => sender.answers);
  const sender: Sender<SentActions> = new Sender(clock, nextMessageId, nextSeq, queue, (code) => {
    if (code === 'SecurityError') registration.doubt();
  });
  const online = () => sender.linked && registration.status === 'Accepted';
  return { services: { ...made, calls: sender, online }, sender };
}
