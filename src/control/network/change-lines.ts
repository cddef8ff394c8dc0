/** What the log says of changes of the network. */
import type { WiredSettings } from '../../hal/ports';
import type { LastChange } from './open-change';

export function lineOf(
  outcome: Exclude<LastChange['outcome'], 'kept'>,
  interfaceName: string,
  before: WiredSettings,
  words: string | null,
): string {
  const reasons: Record<typeof outcome, string> = {
    notConfirmed: 'nobody has confirmed it in time',
    ended: 'the program ended before it was confirmed',
    asked: 'somebody asked for it',
    refused: `the operating system refused it: ${words ?? ''}`,
    changedElsewhere: '',
  };
  return outcome === 'changedElsewhere'
    ? `the network at ${interfaceName} was changed elsewhere meanwhile, and is left as it is`
    : `the network at ${interfaceName} is again ${inWords(before)}: ${reasons[outcome]}`;
}

export function inWords({ by, addresses, router, nameServers }: WiredSettings): string {
  const words = [by === 'given' ? 'DHCP' : '', ...addresses];
  if (router !== null) words.push(`router ${router}`);
  if (nameServers.length > 0) words.push(`name servers ${nameServers.join(' ')}`);
  return words.filter((word) => word !== '').join(', ');
}
