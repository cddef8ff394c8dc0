/** What differs between two views, so that a page gets the few figures that moved and not the whole again; for both ends. */

/** As JSON has it. */
export type LiveValue = null | boolean | number | string | LiveValue[] | { [name: string]: LiveValue };

/** Where something is another one now: the names and indices that lead there, none for the whole, and what it is. */
export type Change = readonly [at: readonly (string | number)[], value: LiveValue];

type Container = LiveValue[] | { [name: string]: LiveValue };

function isContainer(value: LiveValue | undefined): value is Container {
  return typeof value === 'object' && value !== null;
}

/** What has lost or won a member is told whole. */
export function changesBetween(before: LiveValue, after: LiveValue, at: readonly (string | number)[] = []): Change[] {
  if (before === after) return [];
  if (!isContainer(before) || !isContainer(after) || !haveSameMembers(before, after)) return [[at, after]];
  return namesOf(after).flatMap((name) => changesBetween(member(before, name), member(after, name), [...at, name]));
}

/** Leaves what it is given as it is, and what did not change the same object. Throws where the changes do not fit. */
export function withChanges(value: LiveValue, changes: readonly Change[]): LiveValue {
  return changes.reduce((whole, [at, changed]) => replaced(whole, at, changed), value);
}

function replaced(whole: LiveValue, [name, ...rest]: readonly (string | number)[], changed: LiveValue): LiveValue {
  if (name === undefined) return changed;
  if (!isContainer(whole) || !namesOf(whole).includes(name)) throw new Error(`there is no ${name} to change`);
  const inner = replaced(member(whole, name), rest, changed);
  if (!Array.isArray(whole)) return { ...whole, [name]: inner };
  return whole.map((one, index) => (index === name ? inner : one));
}

function haveSameMembers(one: Container, other: Container): boolean {
  if (Array.isArray(one) || Array.isArray(other)) {
    return Array.isArray(one) && Array.isArray(other) && one.length === other.length;
  }
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => Object.hasOwn(other, name));
}

function namesOf(container: Container): (string | number)[] {
  return Array.isArray(container) ? [...container.keys()] : Object.keys(container);
}

function member(container: Container, name: string | number): LiveValue {
  return (container as Record<string | number, LiveValue>)[name] ?? null;
}
