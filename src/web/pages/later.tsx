/** A page that is loaded when it is first looked at. */
import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import type { PageView } from '../../control/pages/page-view';
import { words } from './state';

type Page = (given: { view: PageView }) => JSX.Element;

interface LaterProps {
  view: PageView;
  load: () => Promise<Page>;
}

export function Later({ view, load }: LaterProps): JSX.Element {
  const page = useSignal<Page | 'failed' | undefined>(undefined);
  useEffect(() => {
    load().then(
      (loaded) => {
        // A function in a signal is a value like others.
        page.value = loaded;
      },
      () => {
        page.value = 'failed';
      },
    );
  }, [load, page]);
  const Loaded = page.value;
  if (Loaded === undefined) return <p class="soft">{words().loading}</p>;
  if (Loaded === 'failed') return <p class="told stop">{words().refusals.unreachable}</p>;
  return <Loaded view={view} />;
}
