/** Each way in which no link comes about: what the log of security, the status and both languages of the page say of it. */
import type { LinkEnd } from '../../src/ocpp/link/link-end';
import { english } from '../../src/web/pages/words.en';
import { french } from '../../src/web/pages/words.fr';
import { closeTheBooks, Rig } from '../support/rig';

afterEach(closeTheBooks);

const badServer = 'InvalidCentralSystemCertificate';
const notLetIn = 'FailedToAuthenticateAtCentralSystem';

/** The event of the whitepaper (edition 3, part 8); undefined: it says nothing of security. */
const events: Readonly<Record<LinkEnd, string | undefined>> = {
  refused: undefined,
  nameUnknown: undefined,
  unreachable: undefined,
  timedOut: undefined,
  certificateUnknown: badServer,
  certificateName: badServer,
  certificateExpired: badServer,
  certificateEarly: badServer,
  certificateWeak: badServer,
  certificateRevoked: badServer,
  certificateInvalid: badServer,
  noTls: undefined,
  tlsVersion: 'InvalidTLSVersion',
  tlsDowngraded: 'InvalidTLSVersion',
  tlsSuites: 'InvalidTLSCipherSuite',
  tlsFailed: undefined,
  cutInTls: undefined,
  ownCertificateRefused: notLetIn,
  ownCertificateRevoked: notLetIn,
  ownCertificateExpired: notLetIn,
  ownCertificateMissing: notLetIn,
  ownCertificateUnusable: undefined,
  unauthorised: notLetIn,
  noWebSocket: undefined,
  noOcpp: undefined,
  closed: undefined,
  other: undefined,
};
const ends = Object.keys(events) as LinkEnd[];

test.each(ends)('%s', async (end) => {
  const rig = Rig.prepare({ config: { AuthorizationKey: 'open-sesame-open', SecurityProfile: '1' } });
  rig.central.failsWith = end;
  await rig.powerOn();
  await rig.advance(5_000);
  const { chargePoint } = rig.running;
  expect(chargePoint.connection.lastEnd).toBe(end);
  const told = chargePoint.securityEvents().filter(({ type }) => type !== 'StartupOfTheDevice');
  expect(told.map(({ type }) => type)).toEqual(events[end] === undefined ? [] : [events[end]]);
  expect(told.every(({ info }) => info !== '')).toBe(true);
  rig.central.failsWith = undefined;
});

test('no two ends have the same words, in either language', () => {
  for (const words of [english, french]) {
    expect(new Set(ends.map((end) => words.causes[end])).size).toBe(ends.length);
  }
});
