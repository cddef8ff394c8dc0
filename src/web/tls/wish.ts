/** What the command line says of the encryption of the pages. */

export interface TlsWish {
  /** `self`: by a certificate that the station makes. */
  webTls?: 'self' | undefined;
  /** Files in PEM; both or neither. */
  webCert?: string | undefined;
  webKey?: string | undefined;
}

export function wantsTls({ webTls, webCert, webKey }: TlsWish): boolean {
  return webTls !== undefined || webCert !== undefined || webKey !== undefined;
}
