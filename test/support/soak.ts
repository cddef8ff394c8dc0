/** How often a property is tried: a slice in `make test`, much more in `make soak` (SOAK times as often). */
const times = Number(process.env.SOAK ?? 1);

export function runs(inTest: number): number {
  return Math.ceil(inTest * times);
}
