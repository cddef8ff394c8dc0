/** What a tab says to the worker that holds the stream of all tabs; changed, `release` is changed with it. */

/** `show`: it is looked at, said again and again; `hide`: it is not; `forget`: nobody is logged in any more. */
export type TabWish = 'show' | 'hide' | 'forget';

/** Tabs that speak alike share a worker, and none with those of another release that does not. */
const release = 'greenup-live-1';

export function workerFor(path: string): string {
  return `${release} ${path}`;
}

/** Where the worker of a name listens. */
export function pathOfWorker(name: string): string {
  return name.split(' ')[1] ?? '';
}
