/** What a tab says to the worker that holds the stream of all tabs; changed, `workerName` is changed with it. */

/** `show`: it is looked at, said again and again; `hide`: it is not; `forget`: nobody is logged in any more. */
export type TabWish = 'show' | 'hide' | 'forget';

/** Tabs of one release share a worker, and none with those of another that speaks differently. */
export const workerName = 'greenup-live-1';
