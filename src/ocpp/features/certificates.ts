/** InstallCertificate, GetInstalledCertificateIds and DeleteCertificate (security whitepaper, M03 to M05). */
import { messageOf } from '../../hal/errors';
import type { Feature, Reply } from '../feature';
import type { RequestOf } from '../messages';
import { hashAlgorithms, hashDataOf, isSameCertificate } from '../security/certificate';
import { installRootByCentralSystem } from '../security/root-changes';
import type { Services } from '../services';

export function certificates(services: Services): Feature {
  const { roots, endpoint } = services;
  const install = async ({
    certificateType,
    certificate,
  }: RequestOf<'InstallCertificate'>): Promise<Reply<'InstallCertificate'>> => {
    const done = await installRootByCentralSystem(services, certificateType, certificate);
    if (!('refused' in done)) return { result: { status: 'Accepted' } };
    return { result: { status: done.refused === 'notStored' ? 'Failed' : 'Rejected' }, why: done.why };
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
