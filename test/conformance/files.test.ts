/** Firmware and diagnostics transfers are not there yet, and the station says so (OCPP 1.6, 4.4, 4.5; OCPP-J, 4.2.3). */
import { closeTheBooks, Rig } from '../support/rig';

afterEach(closeTheBooks);

test.each([
  ['UpdateFirmware', { location: 'ftp://files.test/firmware.bin', retrieveDate: '2026-05-04T09:00:00Z' }],
  ['GetDiagnostics', { location: 'ftp://files.test/' }],
])('%s is answered with CALLERROR NotSupported, and nothing follows', async (action, payload) => {
  const rig = await Rig.start();
  expect(await rig.call(action, payload)).toMatchObject({ callError: 'NotSupported' });
  await rig.advance(120_000);
  expect(rig.central.calls('FirmwareStatusNotification')).toEqual([]);
  expect(rig.central.calls('DiagnosticsStatusNotification')).toEqual([]);
});
