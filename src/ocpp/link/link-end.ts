/** How a link to the central system ends. */

/**
 * Why it ended or did not come about, for programs: `closed` where it was open, `other` where nothing better is known. Those of
 * `ownCertificate` are about the station's own certificate, all others of certificates about the central system's.
 */
export type LinkEnd =
  | 'refused'
  | 'nameUnknown'
  | 'unreachable'
  | 'timedOut'
  | 'certificateUnknown'
  | 'certificateName'
  | 'certificateExpired'
  | 'certificateEarly'
  | 'certificateWeak'
  | 'certificateRevoked'
  | 'certificateInvalid'
  | 'noTls'
  | 'tlsVersion'
  | 'tlsDowngraded'
  | 'tlsSuites'
  | 'tlsFailed'
  | 'cutInTls'
  | 'ownCertificateRefused'
  | 'ownCertificateRevoked'
  | 'ownCertificateExpired'
  | 'ownCertificateMissing'
  | 'ownCertificateUnusable'
  | 'unauthorised'
  | 'noWebSocket'
  | 'noOcpp'
  | 'closed'
  | 'other';
