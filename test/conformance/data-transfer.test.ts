/** Compliance group 24, data transfer: answered although the station knows no vendor's messages (OCPP 1.6, 4.3 and 5.6). */
import { closeTheBooks, Rig } from '../support/rig';

afterEach(closeTheBooks);

test('TC_062_CS Data Transfer to a Charge Point', async () => {
  const rig = await Rig.start();
  // "SHALL return a status 'UnknownVendor' and the data element SHALL not be present"; 7.23 spells it UnknownVendorId.
  expect(await rig.call('DataTransfer', { vendorId: 'com.example', messageId: 'ping', data: 'hello' })).toEqual({
    status: 'UnknownVendorId',
  });
});
