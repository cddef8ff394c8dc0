/** What was done at the bench, kept: the session as a file, or as a test. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { benchWords } from '../bench.words';
import { said, words } from '../state';
import { Act } from './bench-parts';
import { textOf } from './bench-state';

type Kept = 'saved' | 'copied' | 'unreachable';

export function KeptSession(): JSX.Element {
  const { session } = said(benchWords);
  const kept = useSignal<Kept | undefined>(undefined);
  const keep = async (what: 'session' | 'story', put: (text: string) => Kept | Promise<Kept>): Promise<void> => {
    const text = await textOf(what);
    kept.value = text === undefined ? 'unreachable' : await put(text);
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
      <output>
        {kept.value && (
          <span class={kept.value === 'unreachable' ? 'told stop' : 'told'}>
            {kept.value === 'unreachable' ? words().refusals.unreachable : session[kept.value]}
          </span>
        )}
      </output>
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
