/** Wilson's interval (1927) of 95% confidence of a share, from 0 to 1, of `count`. */
export function wilson(share: number, count: number): { readonly lower: number; readonly upper: number } {
  const z = 1.96 ** 2 / count;
  const centre = (share + z / 2) / (1 + z);
  const half = Math.sqrt(share * (1 - share) * z + z ** 2 / 4) / (1 + z);
  return { lower: Math.max(0, centre - half), upper: Math.min(1, centre + half) };
}
