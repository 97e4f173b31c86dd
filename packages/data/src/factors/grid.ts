/** A factor of a grid. */
export interface GridFactor {
  /** How many values it takes, 0 to size − 1. */
  readonly size: number;
}

/** How many images a whole grid of factors has. */
export const gridCount = (factors: readonly GridFactor[]): number =>
  factors.reduce((product, { size }) => product * size, 1);

/** Writes the values of the image `index` of a whole grid, whose last factor varies fastest. @param out [factors] */
export function writeGridValues(factors: readonly GridFactor[], index: number, out: Int32Array | Uint8Array): void {
  let rest = index;
  for (let k = factors.length - 1; k >= 0; k--) {
    const { size } = factors[k]!;
    out[k] = rest % size;
    rest = Math.floor(rest / size);
  }
}
