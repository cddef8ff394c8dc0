/** By which serial numbers a station can have a certificate (security whitepaper, A00.FR.429 and 511). */
import { serialNumberObjection } from '../../../src/ocpp/security/serial-number';

test.each([
  ['GU-2026-000123', 'pi', undefined],
  ['260988', 'simulated', undefined],
  ['260988', 'pi', /the example's/],
  ['', 'pi', /no serial number/],
  ['  ', 'simulated', /no serial number/],
  ['192.168.1.200', 'pi', /is an address/],
  ['2001:db8::1', 'pi', /is an address/],
  ['wss://station.test', 'simulated', /is an address/],
] as const)('%j on a station that is %s', (serialNumber, drivers, why) => {
  const found = serialNumberObjection({ serialNumber, drivers });
  if (why === undefined) expect(found).toBeUndefined();
  else expect(found).toMatch(why);
});
