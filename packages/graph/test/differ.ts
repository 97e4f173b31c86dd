/** Numbers of one sort, and where both are finite as close as kernels come; the sign of a zero, which ties leave open, and subnormal numbers aside. */
export function differ(a: number, e: number, [relative, tiny]: readonly [number, number]): boolean {
  if (Number.isNaN(a) || Number.isNaN(e)) return Number.isNaN(a) !== Number.isNaN(e);
  return a !== e && !(Math.abs(a - e) <= relative * Math.abs(e) + tiny);
}
