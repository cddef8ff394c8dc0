/** The form in which somebody says how a wired interface shall come to its address; looked at first, then done. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import type { NetworkPlan, OpenChange } from '../../control/network/open-change';
import type { WiredWish } from '../../control/network/wish';
import type { PageNetwork, PageWired } from '../../control/pages/network';
import type { RefusalCode } from '../refusal';
import { networkChangeWords } from './network-change.words';
import { PlanRows } from './network-plan';
import { Field, wordsOf } from './parts';
import { type ServerRefusal, said, sent } from './state';

type WishField = 'address' | 'mask' | 'router' | 'nameServers';
type WiredInterface = PageWired['interfaces'][number];
type Facts = PageNetwork['machine'];

/** At which field a refusal is told; all others stand below the form. */
const fieldOf: Partial<Record<RefusalCode | 'notPossible' | 'unreachable', WishField>> = {
  networkAddressInvalid: 'address',
  networkAddressNoHost: 'address',
  networkMaskInvalid: 'mask',
  networkRouterInvalid: 'router',
  networkRouterOutside: 'router',
  networkServersInvalid: 'nameServers',
  networkServersMany: 'nameServers',
};

interface FormProps {
  of: PageWired['interfaces'];
  machine: Facts;
  onBegun: (open: OpenChange) => void;
}

export function NetworkForm({ of: interfaces, machine, onBegun }: FormProps): JSX.Element | null {
  const words = said(networkChangeWords);
  // What was typed or chosen; the rest is as the station has it.
  const typed = useSignal<Partial<WiredWish>>({});
  const plan = useSignal<NetworkPlan | undefined>(undefined);
  const refusal = useSignal<ServerRefusal | undefined>(undefined);
  const isAsking = useSignal(false);
  const chosen = interfaces.find(({ interfaceName }) => interfaceName === typed.value.interfaceName) ?? interfaces[0];
  if (!chosen) return null;
  const wish: WiredWish = { ...wishOf(chosen, typed.value.by ?? chosen.settings.by, machine), ...typed.value };
  const type = (more: Partial<WiredWish>): void => {
    typed.value = { ...typed.value, ...more };
    plan.value = undefined;
    refusal.value = undefined;
  };
  const ask = async <Answer,>(path: string): Promise<Answer | undefined> => {
    if (isAsking.value) return undefined;
    isAsking.value = true;
    const result = await sent<Answer>(path, wish);
    isAsking.value = false;
    refusal.value = 'refusal' in result ? result.refusal : undefined;
    return 'answer' in result ? result.answer : undefined;
  };
  const look = async (event: Event): Promise<void> => {
    event.preventDefault();
    plan.value = await ask<NetworkPlan>('/api/network/plan');
  };
  const act = async (): Promise<void> => {
    const answer = await ask<{ open: OpenChange | null }>('/api/network/change');
    if (!answer) return;
    type({});
    if (answer.open) onBegun(answer.open);
  };
  const at = refusal.value && fieldOf[refusal.value.refused];
  const wrong = (field: WishField): string | undefined =>
    refusal.value && at === field ? wordsOf(refusal.value) : undefined;
  return (
    <form onSubmit={look}>
      {interfaces.length > 1 && (
        <Choice
          name="interfaceName"
          label={words.interface}
          choices={interfaces.map(({ interfaceName, profile }) => [interfaceName, words.of(interfaceName, profile)])}
          value={chosen.interfaceName}
          onValue={(interfaceName) => {
            typed.value = {};
            type({ interfaceName });
          }}
        />
      )}
      <Choice
        name="by"
        label={interfaces.length > 1 ? words.by : words.byOf(words.of(chosen.interfaceName, chosen.profile))}
        choices={[
          ['given', words.kinds.given],
          ['fixed', words.kinds.fixed],
        ]}
        value={wish.by}
        onValue={(by) => type({ by: by === 'fixed' ? 'fixed' : 'given' })}
      />
      <Fields of={wish} wrong={wrong} onValue={type} />
      <div class="acts">
        <button type="submit" class={plan.value ? 'act' : 'act first'}>
          {words.look}
        </button>
      </div>
      <output>{refusal.value && !at && <span class="told stop">{wordsOf(refusal.value)}</span>}</output>
      {plan.value && (
        <div aria-live="polite" class="ask">
          <h3>{words.changes}</h3>
          <PlanRows of={plan.value} />
          <p class="told wait">{words.whatHappens}</p>
          <div class="acts">
            <button type="button" class="act first" onClick={act}>
              {words.act}
            </button>
            <button type="button" class="act" onClick={() => type({})}>
              {words.leave}
            </button>
          </div>
        </div>
      )}
    </form>
  );
}

interface FieldsProps {
  of: WiredWish;
  wrong: (field: WishField) => string | undefined;
  onValue: (more: Partial<WiredWish>) => void;
}

function Fields({ of: wish, wrong, onValue }: FieldsProps): JSX.Element {
  const words = said(networkChangeWords);
  const fixed = [
    ['address', words.address, words.addressHint],
    ['mask', words.mask, words.maskHint],
    ['router', words.router, words.routerHint],
  ] as const;
  const servers = ['nameServers', words.nameServers, words.serversHint[wish.by]] as const;
  return (
    <>
      {[...(wish.by === 'fixed' ? fixed : []), servers].map(([name, label, hint]) => (
        <Field
          key={name}
          {...{ name, label, hint }}
          value={wish[name]}
          wrong={wrong(name)}
          onValue={(value) => onValue({ [name]: value })}
        />
      ))}
    </>
  );
}

interface NetworkChoiceProps {
  name: string;
  label: string;
  choices: readonly (readonly [value: string, words: string])[];
  value: string;
  onValue: (value: string) => void;
}

function Choice({ name, label, choices, value, onValue }: NetworkChoiceProps): JSX.Element {
  return (
    <fieldset class="choices">
      <legend>{label}</legend>
      {choices.map(([choice, words]) => (
        <label key={choice}>
          <input type="radio" name={name} checked={choice === value} onChange={() => onValue(choice)} />
          {words}
        </label>
      ))}
    </fieldset>
  );
}

/** What is so already; for a fixed address what the network has given, which then stays as it is. */
function wishOf({ interfaceName, settings }: WiredInterface, by: WiredWish['by'], machine: Facts): WiredWish {
  const isKept = settings.by === by;
  const inUse = machine?.interfaces?.find(({ name }) => name === interfaceName)?.addresses ?? [];
  const own = (isKept ? settings.addresses : inUse.map(({ address }) => address)).find(isIpv4) ?? '';
  const [address = '', prefix = ''] = own.split('/');
  const router = settings.router ?? (isKept ? '' : machine?.gateways.find(isIpv4)) ?? '';
  const servers = isKept ? settings.nameServers : by === 'given' ? [] : (machine?.nameServers.filter(isIpv4) ?? []);
  return {
    interfaceName,
    by,
    address,
    mask: prefix === '' ? '' : dotted(Number(prefix)),
    router,
    nameServers: servers.join(', '),
  };
}

function isIpv4(address: string): boolean {
  return !address.includes(':');
}

/** As most people know a mask, and most programs show it. */
function dotted(prefix: number): string {
  return [0, 8, 16, 24].map((from) => 256 - 2 ** (8 - Math.min(8, Math.max(0, prefix - from)))).join('.');
}
