/** InstallCertificate, GetInstalledCertificateIds and DeleteCertificate (security whitepaper, M03 to M05). */
import { messageOf } from '../../hal/errors';
import type { Feature, Reply } from '../feature';
import type { RequestOf } from '../messages';
import { hashAlgorithms, hashDataOf, isSameCertificate, readAuthority } from '../security/certificate';
import type { Services } from '../services';

export function certificates({ roots, configuration, wall, clock, endpoint }: Services): Feature {
  const install = async ({
    certificateType,
    certificate,
  }: RequestOf<'InstallCertificate'>): Promise<Reply<'InstallCertificate'>> => {
    const rejected = (why: string) => ({ result: { status: 'Rejected' as const }, why });
    const authority = readAuthority(certificate, wall.at(clock.now()));
    if ('refused' in authority) return rejected(authority.refused);
    const isKnown = roots.of(certificateType).some(({ fingerprint }) => fingerprint === authority.fingerprint);
    const most = configuration.integer('CertificateStoreMaxLength');
    if (!isKnown && roots.all.length >= most) {
      return rejected(`${roots.all.length} certificates are installed; CertificateStoreMaxLength is ${most}`);
    }
    try {
      await roots.install(certificateType, authority);
      return { result: { status: 'Accepted' } };
    } catch (error) {
      return { result: { status: 'Failed' }, why: messageOf(error) };
    }
  };
  const ids = ({ certificateType }: RequestOf<'GetInstalledCertificateIds'>): Reply<'GetInstalledCertificateIds'> => {
    const found = roots.of(certificateType);
    if (found.length === 0) return { result: { status: 'NotFound' }, why: `no ${certificateType} is installed` };
    return { result: { status: 'Accepted', certificateHashData: found.map((root) => hashDataOf(root, 'SHA256')) } };
  };
  const remove = async ({
    certificateHashData: wanted,
  }: RequestOf<'DeleteCertificate'>): Promise<Reply<'DeleteCertificate'>> => {
    const algorithm = hashAlgorithms.find((one) => one === wanted.hashAlgorithm) ?? 'SHA256';
    const found = roots.all.filter((root) => isSameCertificate(hashDataOf(root, algorithm), wanted));
    if (found.length === 0) return { result: { status: 'NotFound' }, why: 'no such certificate is installed' };
    // M04.FR.06
    if (found.some((root) => root.use === 'CentralSystemRootCertificate' && endpoint.restsOn(root))) {
      return { result: { status: 'Failed' }, why: 'the present connection rests on it' };
    }
    try {
      for (const root of found) await roots.remove(root);
      return { result: { status: 'Accepted' } };
    } catch (error) {
      return { result: { status: 'Failed' }, why: messageOf(error) };
    }
  };
  return {
    profile: 'Security',
    handlers: { InstallCertificate: install, GetInstalledCertificateIds: ids, DeleteCertificate: remove },
  };
}
