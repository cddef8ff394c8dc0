/** What was done at the bench, kept: the session as a file, or as a test. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { benchWords } from '../bench.words';
import { said } from '../state';
import { Act, BenchTold } from './bench-parts';
import { act, type BenchOutcome } from './bench-state';

type Kept = 'saved' | 'copied';

export function KeptSession(): JSX.Element {
  const { session } = said(benchWords);
  const kept = useSignal<Kept | BenchOutcome | undefined>(undefined);
  const keep = async (what: 'session' | 'story', put: (text: string) => Kept | Promise<Kept>): Promise<void> => {
    const outcome = await act(what);
    kept.value = outcome.text === undefined ? outcome : await put(outcome.text);
  };
  const file = (name: string, type: string) => (text: string) => download(name, type, text);
  return (
    <section class="card" aria-labelledby="session-title">
      <h2 id="session-title">{session.title}</h2>
      <p class="soft small">{session.says}</p>
      <div class="acts">
        <Act onAct={() => void keep('story', copy)}>{session.copyStory}</Act>
        <Act onAct={() => void keep('story', file('bench-session.test.ts', 'text/plain'))}>{session.saveStory}</Act>
        <Act onAct={() => void keep('session', file('session.jsonl', 'application/jsonl'))}>{session.save}</Act>
      </div>
      {typeof kept.value === 'object' ? (
        <BenchTold outcome={kept.value} isActing={false} />
      ) : (
        <output>{kept.value && <span class="told">{session[kept.value]}</span>}</output>
      )}
    </section>
  );
}

/** Where the clipboard is not for this page, the text becomes a file. */
async function copy(text: string): Promise<Kept> {
  try {
    await navigator.clipboard.writeText(text);
    return 'copied';
  } catch {
    return download('bench-session.test.ts', 'text/plain', text);
  }
}

function download(name: string, type: string, text: string): Kept {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
  return 'saved';
}
