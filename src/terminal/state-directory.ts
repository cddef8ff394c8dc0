/** Where a station keeps what outlives its process, unless it is told otherwise. */
export const defaultStateDirectory = '.greenup/state';
