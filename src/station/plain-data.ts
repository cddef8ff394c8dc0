/** States are plain data: objects, lists and simple values. Two of them are the same when every value in them is. */

export function sameData(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => name in b && sameData(a[name as keyof typeof a], b[name as keyof typeof b]))
  );
}
