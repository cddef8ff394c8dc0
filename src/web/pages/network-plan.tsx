/** What of a wired interface would change, or has: each line with what was and what is then. */
import type { JSX } from 'preact';
import type { NetworkPlan } from '../../control/network/open-change';
import type { WiredSettings } from '../../hal/ports';
import { networkChangeWords } from './network-change.words';
import { said } from './state';

/** `isMade`: it is so already. */
export function PlanRows({ of, isMade = false }: { of: NetworkPlan; isMade?: boolean }): JSX.Element {
  const words = said(networkChangeWords);
  const { before, after } = of;
  const [was, then] = isMade ? [words.before, words.now] : [words.now, words.afterwards];
  const rows = [
    { name: words.addresses, from: addressWords(before), to: addressWords(after) },
    { name: words.router, from: routerWords(before), to: routerWords(after) },
    { name: words.nameServers, from: serverWords(before), to: serverWords(after) },
  ].filter(({ from, to }) => from !== to);
  return (
    <div class="plan">
      <ul class="changes">
        {rows.map(({ name, from, to }) => (
          <li key={name}>
            <strong>{name}</strong>
            <span class="break">
              <span class="soft small">{was}</span> {from}
            </span>
            <span class="break">
              <span class="soft small">{then}</span> {to}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function addressWords({ by, addresses }: WiredSettings): string {
  const words = said(networkChangeWords);
  const list = addresses.join(', ');
  if (by === 'fixed') return list === '' ? words.none : list;
  return list === '' ? words.fromDhcp : words.besideDhcp(list);
}

function routerWords({ by, router }: WiredSettings): string {
  const words = said(networkChangeWords);
  return router ?? (by === 'given' ? words.fromDhcp : words.none);
}

function serverWords({ by, nameServers, ownServersOnly }: WiredSettings): string {
  const words = said(networkChangeWords);
  const isGiven = by === 'given' && !ownServersOnly;
  const list = nameServers.join(', ');
  if (list === '') return isGiven ? words.fromDhcp : words.none;
  return isGiven ? words.besideDhcp(list) : list;
}
