/** What the command line says of the encryption of the pages. */

export interface TlsWish {
  /** `self`: by a certificate that the station makes. */
  webTls?: 'self' | undefined;
  /** Files in PEM; both or neither. */
  webCert?: string | undefined;
  webKey?: string | undefined;
}

/** A port of HTTP, 0 for any that is free, that leads to encrypted pages. */
export type RedirectWish = number | 'none';

/** undefined: there is to be none; told where there is nothing to lead to. */
export function redirectPortOf(
  wish: RedirectWish,
  isEncrypted: boolean,
  warn: (message: string) => void,
): number | undefined {
  if (wish === 'none') return undefined;
  if (isEncrypted) return wish;
  warn('--web-redirect leads nowhere: the pages are not encrypted (--web-tls self, or --web-cert and --web-key)');
  return undefined;
}

export function wantsTls({ webTls, webCert, webKey }: TlsWish): boolean {
  return webTls !== undefined || webCert !== undefined || webKey !== undefined;
}
