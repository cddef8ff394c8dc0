/** Message ids: 20 decimal digits as the guide shows them, unique over all boots (OCPP-J errata 2025-04, 3.1). */

export type NextMessageId = () => string;

/** Six digits of boot, six of chance (should the boot count ever be lost), eight of count. */
export function messageIds(boot: number, random: () => number): NextMessageId {
  const prefix = String(boot % 1_000_000).padStart(6, '0') + String(Math.floor(random() * 1_000_000)).padStart(6, '0');
  let count = 0;
  return () => {
    count += 1;
    return prefix + String(count).padStart(8, '0');
  };
}

const digitsOfId = 20;

/** The id that a peer made a number of: what it lost are zeros at the beginning. */
export function messageIdOfNumber(digits: string): string {
  return digits.padStart(digitsOfId, '0');
}
