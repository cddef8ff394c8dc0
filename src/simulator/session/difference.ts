/** Where two JSON values differ, first of all places: in words. */

/** Instants differ so much at most, in ms: the machine's clock is set by itself, and its timers are late. */
const instantToleranceMs = 100;
/** Currents and energies are sums of steps, which differ by roundings. */
const numberTolerance = 1e-6;

const isoInstant = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/** undefined: they are the same. */
export function differenceOf(recorded: unknown, now: unknown, place = ''): string | undefined {
  if (isSame(recorded, now)) return undefined;
  if (isObject(recorded) && isObject(now)) {
    const names = [...new Set([...Object.keys(recorded), ...Object.keys(now)])];
    for (const name of names) {
      const inner = differenceOf(recorded[name], now[name], place === '' ? name : `${place}.${name}`);
      if (inner !== undefined) return inner;
    }
    return undefined;
  }
  return `${place === '' ? 'it' : place} was ${shown(recorded)} and is now ${shown(now)}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isSame(recorded: unknown, now: unknown): boolean {
  if (typeof recorded === 'number' && typeof now === 'number') {
    return Math.abs(recorded - now) <= numberTolerance * Math.max(1, Math.abs(recorded));
  }
  if (typeof recorded === 'string' && typeof now === 'string' && isoInstant.test(recorded) && isoInstant.test(now)) {
    return Math.abs(Date.parse(recorded) - Date.parse(now)) <= instantToleranceMs;
  }
  return recorded === now;
}

const shownCharactersMax = 80;

function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > shownCharactersMax ? `${text.slice(0, shownCharactersMax)}…` : text;
}
