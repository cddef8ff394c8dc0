/** What the pages with long lists are made of: choices, a search, and a text that leaves as a copy or as a file. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect, useId } from 'preact/hooks';
import { listWords } from './lists.words';
import { fetched, said } from './state';

/** Of a log: what is told of another process of the station has another name, and its numbers began anew. */
interface Growing {
  log: string;
  lastNumber: number;
}

/** A list of which only what is new is fetched, whenever the view says that there is more. */
export function useGrowing<List extends Growing, Told extends Growing>(
  path: string,
  lastNumber: number,
  none: List,
  withTold: (list: List, told: Told) => List,
): List {
  const list = useSignal(none);
  useEffect(() => {
    const { lastNumber: known, log } = list.value;
    const take = (told: Told | undefined): void => {
      if (told) list.value = withTold(list.value, told);
    };
    void fetched<Told>(`${path}?after=${known}`).then((told) => {
      if (told && known > 0 && told.log !== log) void fetched<Told>(path).then(take);
      else take(told);
    });
  }, [path, lastNumber, list, withTold]);
  return list.value;
}

export function Choice({
  label,
  value,
  options,
  onValue,
}: {
  label: string;
  value: string;
  options: readonly (readonly [value: string, name: string])[];
  onValue: (value: string) => void;
}): JSX.Element {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={({ currentTarget }) => onValue(currentTarget.value)}>
        {options.map(([option, name]) => (
          <option key={option} value={option}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}

export function Search({ value, onValue }: { value: string; onValue: (value: string) => void }): JSX.Element {
  const id = useId();
  return (
    <div class="field wide">
      <label for={id}>{said(listWords).search}</label>
      <input
        id={id}
        type="search"
        autocomplete="off"
        spellcheck={false}
        value={value}
        onInput={({ currentTarget }) => onValue(currentTarget.value)}
      />
    </div>
  );
}

/** What is shown, as a copy and as a file; `text` is made when it is asked for. */
export function TakeAway({
  count,
  name,
  type,
  text,
  copies = true,
}: {
  count: number;
  name: string;
  type: string;
  text: () => string;
  copies?: boolean;
}): JSX.Element {
  const { copy, copied, notCopied, download } = said(listWords);
  const told = useSignal<string | undefined>(undefined);
  return (
    <>
      {copies && (
        <button
          type="button"
          class="act"
          disabled={count === 0}
          onClick={async () => {
            told.value = (await copyText(text())) ? copied : notCopied;
          }}
        >
          {copy}
        </button>
      )}
      <button type="button" class="act" disabled={count === 0} onClick={() => saveFile(name, type, text())}>
        {download}
      </button>
      <output class="beside">{told.value}</output>
    </>
  );
}

/** The clipboard of a page is for encrypted addresses and this machine alone; elsewhere the old way is left. */
async function copyText(text: string): Promise<boolean> {
  if (navigator.clipboard) {
    return navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
  }
  const area = document.createElement('textarea');
  area.value = text;
  document.body.append(area);
  area.select();
  try {
    return document.execCommand('copy');
  } finally {
    area.remove();
  }
}

export function saveFile(name: string, type: string, text: string): void {
  const link = document.createElement('a');
  const address = URL.createObjectURL(new Blob([text], { type }));
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}

/** Sorts as time does, and every system takes it: 2026-05-04-0800. */
export function fileTime(now = new Date()): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = [now.getFullYear(), two(now.getMonth() + 1), two(now.getDate())].join('-');
  return `${day}-${two(now.getHours())}${two(now.getMinutes())}`;
}
