/** Numbers of a block's products, a row of them for each of its rows: 4 MiB, what processors' caches hold. */
const PRODUCTS = 2 ** 19;

/** Rows of blocks as equal as can be, whose products with `columns` vectors fit into caches. They follow from the sizes alone, so that sums are the same on every machine. */
export function evenBlocks(rows: number, columns: number): number[] {
  const blocks = Math.ceil(rows / Math.max(1, Math.floor(PRODUCTS / columns)));
  const start = (i: number) => Math.floor((i * rows) / blocks);
  return Array.from({ length: blocks }, (_, i) => start(i + 1) - start(i));
}
