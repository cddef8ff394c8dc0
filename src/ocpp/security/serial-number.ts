/** Which serial numbers can stand in a certificate of the station (security whitepaper, A00.FR.429 and 511). */
import { isIP } from 'node:net';
import { type Board, exampleSerialNumber } from '../../hal/board';

/** Why the station can have no certificate by this serial number; undefined: it can. */
export function serialNumberObjection({
  serialNumber,
  drivers,
}: Pick<Board, 'serialNumber' | 'drivers'>): string | undefined {
  const change = 'set serialNumber in the board file';
  if (serialNumber.trim() === '') return `the station has no serial number: ${change}`;
  if (drivers === 'pi' && serialNumber === exampleSerialNumber) {
    return `the serial number ${serialNumber} is the example's, which other stations have, too: ${change}`;
  }
  if (isIP(serialNumber) !== 0 || /^[a-z][a-z0-9+.-]*:\/\//i.test(serialNumber)) {
    return `the serial number ${serialNumber} is an address, by which a certificate would be one of a central system: ${change}`;
  }
  return undefined;
}
