/** The page of the configuration keys: each with its value, where that is from, what it may be, and a form to change it. */
import { useSignal } from '@preact/signals';
import { Fragment, type JSX } from 'preact';
import type { PageKey } from '../../control/pages/keys';
import type { PageView } from '../../control/pages/page-view';
import type { KeyGroup } from '../../ocpp/config-keys/types';
import { frenchKeys } from './key-descriptions.fr';
import { KeyForm } from './key-form';
import { shownValue, validWords, valueWithUnit } from './key-words';
import { keysWords } from './keys.words';
import { Field, Title, useFetched } from './parts';
import { language, said } from './state';
import { wholeInstant } from './times';

const groups: readonly KeyGroup[] = [
  'Legrand',
  'Core',
  'LocalAuthListManagement',
  'SmartCharging',
  'Reservation',
  'FirmwareManagement',
  'Security',
];

export function Keys({ view }: { view: PageView }): JSX.Element {
  const words = said(keysWords);
  const keys = useFetched<{ keys: readonly PageKey[] }>('/api/keys', view.revisions.keys)?.keys;
  const filter = useSignal('');
  const changedOnly = useSignal(false);
  const wanted = filter.value.trim().toLowerCase();
  const shown = keys?.filter((key) => key.key.toLowerCase().includes(wanted) && (!changedOnly.value || isChanged(key)));
  return (
    <>
      <Title>{words.title}</Title>
      <p class="soft">{words.says}</p>
      <section class="card">
        <Field name="filter" label={words.filter} value={filter.value} onValue={(text) => (filter.value = text)} />
        <div class="acts">
          <button
            type="button"
            class="act"
            aria-pressed={changedOnly.value}
            onClick={() => (changedOnly.value = !changedOnly.value)}
          >
            {words.changedOnly}
          </button>
        </div>
        <output>{keys && shown && <span class="soft small">{words.count(shown.length, keys.length)}</span>}</output>
        {shown?.length === 0 && <p class="told wait">{words.none}</p>}
      </section>
      {groups.map((group) => (
        <Group key={group} name={words.groups[group]} keys={shown?.filter((key) => key.group === group) ?? []} />
      ))}
    </>
  );
}

function isChanged({ value, default: delivered, from, isHidden }: PageKey): boolean {
  return from !== 'station' && (isHidden || value !== delivered);
}

function Group({ name, keys }: { name: string; keys: readonly PageKey[] }): JSX.Element | null {
  if (keys.length === 0) return null;
  return (
    <section class="card keys">
      <h2>{name}</h2>
      {keys.map((key) => (
        <Key key={key.key} of={key} />
      ))}
    </section>
  );
}

/** A line that opens; what is inside is made when it does. */
function Key({ of: key }: { of: PageKey }): JSX.Element {
  const words = said(keysWords);
  const isOpen = useSignal(false);
  return (
    <details onToggle={({ currentTarget }) => (isOpen.value = currentTarget.open)}>
      <summary>
        <code class="break">{key.key}</code>
        <span class="value break">{shownValue(key)}</span>
        <span class="soft small">{key.mayChange ? words.from[key.from] : words.readOnly}</span>
      </summary>
      {isOpen.value && <About of={key} />}
    </details>
  );
}

function About({ of: key }: { of: PageKey }): JSX.Element {
  const words = said(keysWords);
  const rows: [string, string, string?][] = [
    [words.valid, validWords(key.type)],
    [words.delivery, key.default === null ? words.noDelivery : valueWithUnit(key.type, key.default)],
    [words.lastChange, key.from === 'delivery' ? words.from.delivery : lastChange(key)],
    [words.write, key.write, 'en'],
    [words.requirement, key.requirement, 'en'],
    ...(key.remark === null ? [] : [[words.remark, key.remark, 'en'] as [string, string, string]]),
  ];
  return (
    <div class="about">
      <p>{language.value === 'fr' ? frenchKeys[key.key] : key.description}</p>
      <dl class="rows">
        {rows.map(([name, text, spoken]) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd class="break" lang={spoken}>
              {text}
            </dd>
          </Fragment>
        ))}
      </dl>
      {key.mayChange && <KeyForm of={key} />}
    </div>
  );
}

function lastChange({ from, changedAt }: PageKey): string {
  const words = said(keysWords);
  if (from !== 'person' && from !== 'central system') return words.from[from];
  return `${words.from[from]}, ${changedAt === null ? words.atUnknown : wholeInstant(changedAt)}`;
}
