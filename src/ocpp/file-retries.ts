/** How often the transfer of a file is tried again, and how long it waits before: as asked, within bounds (OCPP 1.6, 6.25 and 6.55). */

/** Where the central system leaves it to the station. */
const retriesUsual = 3;
const retryIntervalUsualS = 60;
/** More is asked for by mistake: it would go on for weeks. */
const retriesMax = 100;
const retryIntervalMaxS = 86_400;

/** `retries` are those after the first try (E 3.50). */
export function fileRetries(request: { retries?: number | undefined; retryInterval?: number | undefined }): {
  retries: number;
  retryIntervalMs: number;
} {
  return {
    retries: within(request.retries, 0, retriesMax) ?? retriesUsual,
    retryIntervalMs: (within(request.retryInterval, 1, retryIntervalMaxS) ?? retryIntervalUsualS) * 1_000,
  };
}

/** Undefined for what cannot be meant. */
function within(value: number | undefined, min: number, max: number): number | undefined {
  return value === undefined || value < min ? undefined : Math.min(value, max);
}
