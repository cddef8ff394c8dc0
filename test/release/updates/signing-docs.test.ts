/** What docs/operations.md says about the signing of a file: its commands are run, and a station takes what they make. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check, messages } from '../../../src/ocpp/messages';
import { readAuthority } from '../../../src/ocpp/security/certificate';
import { readSigningCertificate } from '../../../src/ocpp/security/signing-certificate';
import { signatureOf } from '../../../src/release/updates/file-signature';
import { testWithOpenSsl as test } from '../../support/certificates';

const folder = mkdtempSync(join(tmpdir(), 'greenup-signing-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

/** The blocks of commands below a heading. */
function blocksBelow(heading: string): string[] {
  const [, below = ''] = readFileSync('docs/operations.md', 'utf8').split(`\n${heading}\n`);
  const [section = ''] = below.split(/^## /m);
  return [...section.matchAll(/^```sh\n(.*?)^```/gms)].map(([, commands = '']) => commands);
}

/** `greenup` leaves the JSON that it is given in a file. */
const stub = 'greenup() { printf "%s" "$3" > "$2.json"; }\n';

test('every signature is right, by certificates that a station takes, in requests that fit their schemas', async () => {
  writeFileSync(join(folder, 'greenup.zip'), 'a release');
  const [making, sending, ...others] = blocksBelow('### Signing a file');
  expect(others).toEqual([]);
  execFileSync('sh', ['-e', '-c', `${making}\n${stub}${sending}`], { cwd: folder, stdio: 'pipe' });
  const install = JSON.parse(read('InstallCertificate.json'));
  const order = JSON.parse(read('SignedUpdateFirmware.json'));
  expect(check(messages.InstallCertificate.request, install)).toBeUndefined();
  expect(check(messages.SignedUpdateFirmware.request, order)).toBeUndefined();
  const nowMs = Date.now();
  const root = readAuthority(install.certificate, nowMs);
  if ('refused' in root) throw new Error(root.refused);
  const kindOf = async (certificate: string, signature: string) => {
    const demands = { roots: [root.pem], revocations: { isRevoked: () => false }, nowMs };
    const signing = readSigningCertificate(certificate, demands);
    if ('refused' in signing) throw new Error(signing.why);
    return signatureOf(join(folder, 'greenup.zip'), { signer: signing.signer, signature });
  };
  expect(await kindOf(order.firmware.signingCertificate, order.firmware.signature)).toBe('RSASSA-PSS');
  expect(await kindOf(read('rsa.pem'), read('pkcs1.sig'))).toBe('RSASSA-PKCS1-v1_5');
  expect(await kindOf(read('ec.pem'), read('ecdsa.sig'))).toBe('ECDSA');
});
