/** The power is cut at every commit and every step of a key file while the station gets another certificate: it connects by one or the other. */
import type { MemoryStore } from '../../src/drivers/store/memory-store';
import { chainOf, madeForStation, plain, provenBy, signedFor, turnsUntil } from '../support/client-certificates';
import { madeAuthority } from '../support/made-certificates';
import { closeTheBooks, type Rig } from '../support/rig';

afterEach(closeTheBooks);

const authority = madeAuthority();
const own = madeForStation(authority);
const hourMs = 3_600_000;

/** The power goes as soon as so many steps have been made. */
class Fuse {
  made = 0;
  isBlown = false;

  constructor(
    rig: Rig,
    private readonly stepsMax: number,
  ) {
    const { store, keyFiles } = rig;
    const commit: MemoryStore['commit'] = store.commit.bind(store);
    store.commit = (batch, durability) => (this.holds() ? commit(batch, durability) : new Promise(() => {}));
    keyFiles.before = () => (this.holds() ? Promise.resolve() : new Promise(() => {}));
  }

  private holds(): boolean {
    this.isBlown ||= this.made >= this.stepsMax;
    this.made += this.isBlown ? 0 : 1;
    return !this.isBlown;
  }
}

/** From the trigger to a connection by the new certificate, with the power cut once. */
async function renewalWith(stepsMax: number) {
  const rig = await provenBy(authority.pem, own);
  const fuse = new Fuse(rig, stepsMax);
  let cert: string | undefined;
  let answer: unknown;
  const goesOn = (isTrue: () => boolean) => turnsUntil(rig, 'the renewal', () => fuse.isBlown || isTrue(), 20);
  void rig.central.callRaw('ExtendedTriggerMessage', { requestedMessage: 'SignChargePointCertificate' });
  await goesOn(() => rig.central.calls('SignCertificate').length > 0);
  const [asked] = rig.central.calls('SignCertificate');
  if (asked && !fuse.isBlown) {
    cert = signedFor(authority, String(asked.payload.csr));
    void rig.central.callRaw('CertificateSigned', { certificateChain: cert }).then((frame) => {
      answer = (frame[2] as { status: string }).status;
    });
    await goesOn(() => chainOf(rig) === plain(cert ?? '') && rig.central.connected && rig.keyFiles.kept.size === 1);
  }
  const wasCut = fuse.isBlown;
  await rig.cutPower('none');
  rig.keyFiles.before = async () => {};
  await rig.powerOn();
  await rig.until('a link', () => rig.central.connected, hourMs);
  await rig.advance(60_000);
  const shown = chainOf(rig);
  // What was left behind is gone: the key in use, and that of a request which still waits.
  const { certificates } = rig.running.chargePoint.security;
  const wanted = [certificates.present?.key, ...(certificates.requests.present ? ['of the request'] : [])].length;
  const found = { answer, steps: fuse.made, wasCut, keys: rig.keyFiles.kept.size, wanted };
  return { ...found, by: shown === plain(own.cert) ? 'own' : shown === (cert && plain(cert)) ? 'new' : 'none' };
}

test('a power cut at any step: a certificate that fits its key, and no key that nobody uses', async () => {
  const whole = await renewalWith(Number.POSITIVE_INFINITY);
  expect(whole).toMatchObject({ answer: 'Accepted', by: 'new', wasCut: false, keys: 1, wanted: 1 });
  expect(whole.steps).toBeGreaterThan(6);
  const seen = new Set<string>();
  for (let cut = 0; cut < whole.steps; cut += 1) {
    const { by, answer, keys, wanted, wasCut } = await renewalWith(cut);
    seen.add(by);
    expect({ cut, keys, wasCut }).toEqual({ cut, keys: wanted, wasCut: true });
    expect(by).not.toBe('none');
    // What was answered holds.
    if (answer === 'Accepted') expect({ cut, by }).toEqual({ cut, by: 'new' });
  }
  expect([...seen].sort()).toEqual(['new', 'own']);
});
