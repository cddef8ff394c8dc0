/** Acts at a bench, of a simulated station or of a rig: a button that says why it cannot be done, and what came of one. */
import { batch, useSignal } from '@preact/signals';
import type { ComponentChildren, JSX } from 'preact';
import { useId } from 'preact/hooks';
import { pageHeader } from '../../page-protocol';
import { words } from '../state';

/** What came of an act: a line in English. */
export interface ActResult {
  isDone: boolean;
  line: string;
}

/** What came of the last act, and whether one is under way. */
export interface ActsTold<Outcome extends ActResult = ActResult> {
  outcome: Outcome | undefined;
  isActing: boolean;
}

/** What a door of a bench answers to what is sent by its own page. */
export async function posted(
  path: string,
  request: object,
): Promise<{ isDone: boolean; answer: Readonly<Record<string, unknown>> }> {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', [pageHeader]: '1' },
    body: JSON.stringify(request),
  });
  return { isDone: response.ok, answer: (await response.json()) as Readonly<Record<string, unknown>> };
}

/** One thing at a time: what is pressed again meanwhile is not sent again. */
export function useActs<Given extends unknown[], Outcome extends ActResult = ActResult>(
  act: (...given: Given) => Promise<Outcome>,
): { told: ActsTold<Outcome>; give: (...given: Given) => void } {
  const outcome = useSignal<Outcome | undefined>(undefined);
  const isActing = useSignal(false);
  const run = async (given: Given): Promise<void> => {
    if (isActing.peek()) return;
    isActing.value = true;
    const came = await act(...given);
    batch(() => {
      outcome.value = came;
      isActing.value = false;
    });
  };
  return { told: { outcome: outcome.value, isActing: isActing.value }, give: (...given) => void run(given) };
}

/**
 * What came of an act, read out when it appears: in English, as the station says it, or `why` it was not done, in the language of
 * the page.
 */
export function ActTold({ outcome, isActing, why }: ActsTold & { why?: string | undefined }): JSX.Element {
  const told = why ?? (outcome?.line === '' ? words().refusals.unreachable : undefined);
  return (
    <output aria-busy={isActing}>
      {outcome && (
        <span class={outcome.isDone ? 'told small' : 'told stop small'} lang={told === undefined ? 'en' : undefined}>
          {told ?? outcome.line}
        </span>
      )}
    </output>
  );
}

export interface ActProps {
  /** Why it cannot be done; undefined: it can. */
  reason?: string | undefined;
  /** Where the reason is said, for several acts at once; absent: here. */
  reasonAt?: string | undefined;
  /** The one that is likely wanted. */
  isFirst?: boolean;
  /** What is dangerous is done by it now. */
  isDanger?: boolean;
  /** Of something that is on or off. */
  isPressed?: boolean;
  /** A double click and a key that is held count as one press. */
  isDeliberate?: boolean;
  onAct: () => void;
  children: ComponentChildren;
}

/** Can be reached by the keyboard also where it cannot be done, so that the reason is found. */
export function ActButton({
  reason,
  reasonAt,
  isFirst = false,
  isDanger = false,
  isPressed,
  isDeliberate = false,
  onAct,
  children,
}: ActProps): JSX.Element {
  const id = useId();
  return (
    <span class="bench-act">
      <button
        type="button"
        class={reason !== undefined ? 'act' : isDanger ? 'act danger' : isFirst ? 'act first' : 'act'}
        aria-pressed={isPressed}
        aria-disabled={reason !== undefined}
        aria-describedby={reason === undefined ? undefined : (reasonAt ?? id)}
        onKeyDown={(event) => {
          if (isDeliberate && event.repeat) event.preventDefault();
        }}
        onClick={({ detail }) => {
          if (reason === undefined && !(isDeliberate && detail > 1)) onAct();
        }}
      >
        {children}
      </button>
      {reason !== undefined && reasonAt === undefined && (
        <span id={id} class="soft small">
          {reason}
        </span>
      )}
    </span>
  );
}
