/** How many of each symbol are still to come, with sums that follow. Symbols count from 0. */
export interface Remaining {
  /** Of all symbols. */
  readonly total: number;
  count(symbol: number): number;
  /** Of all symbols below. */
  before(symbol: number): number;
  /** The symbol with before(symbol) ≤ place < before(symbol) + count(symbol), for a place below `total`. */
  at(place: number): number;
  /** One fewer of a symbol of which there are any. */
  take(symbol: number): void;
}

/**
 * Cumulative counts in a binary indexed tree (Fenwick 1994, "A new data structure for cumulative frequency tables"): node
 * i, counted from 1, holds the sum of the i & −i symbols that end with the i-th. All but `count` take log2 of the number
 * of symbols.
 */
export function remainingOf(initial: Int32Array): Remaining {
  const counts = initial.slice();
  const symbols = counts.length;
  const tree = new Int32Array(symbols + 1);
  let total = 0;
  for (let i = 1; i <= symbols; i++) {
    const count = counts[i - 1]!;
    total += count;
    tree[i]! += count;
    const parent = i + (i & -i);
    if (parent <= symbols) tree[parent]! += tree[i]!;
  }
  const highest = symbols === 0 ? 0 : 2 ** Math.floor(Math.log2(symbols));
  return {
    get total() {
      return total;
    },
    count: (symbol) => counts[symbol]!,
    before(symbol) {
      let sum = 0;
      for (let i = symbol; i > 0; i &= i - 1) sum += tree[i]!;
      return sum;
    },
    at(place) {
      let symbol = 0;
      let rest = place;
      for (let step = highest; step > 0; step >>= 1) {
        const next = symbol + step;
        if (next <= symbols && tree[next]! <= rest) {
          symbol = next;
          rest -= tree[next]!;
        }
      }
      return symbol;
    },
    take(symbol) {
      counts[symbol]!--;
      total--;
      for (let i = symbol + 1; i <= symbols; i += i & -i) tree[i]!--;
    },
  };
}
