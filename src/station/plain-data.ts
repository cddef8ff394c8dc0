/** States are plain data: objects, lists and simple values. Two of them are the same when every value in them is. */

export function sameData(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  return Array.isArray(a) ? Array.isArray(b) && sameLists(a, b) : !Array.isArray(b) && sameObjects(a, b);
}

function sameLists(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index += 1) if (!sameData(a[index], b[index])) return false;
  return true;
}

function sameObjects(a: object, b: object): boolean {
  let names = 0;
  for (const name in a) {
    const value = b[name as keyof typeof b] as unknown;
    if (!sameData(a[name as keyof typeof a], value) || (value === undefined && !(name in b))) return false;
    names += 1;
  }
  for (const _ in b) names -= 1;
  return names === 0;
}
