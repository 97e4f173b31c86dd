/** Millions of euros for a thousand tonnes. */
const PRICE = 1;
/** Millions of euros for a unit of effort. */
const EFFORT_COST = 0.5;
/** Millions of euros a year, whether or not it goes out. */
const BERTH = 0.3;
/** Millions of euros that a boat begins with. */
const CAPITAL = 3;
/** Units of effort in a year: the most that a boat can make. */
export const MOST_EFFORT = 5;

/** What a boat's skipper can know of where it fishes. */
export interface Ground {
  /** Thousands of tonnes. */
  readonly stock: number;
  /** Boats that are not laid up. */
  readonly fleet: readonly Boat[];
}

/** A boat, its money, and the rule by which its skipper goes out. */
export class Boat {
  readonly name: string;
  readonly ground: Ground;
  /** Millions of euros. */
  cash = CAPITAL;
  /** Of the last year, millions of euros. */
  profit = 0;
  /** Thousands of tonnes for a unit of effort, in the last year with any; at first whatever pays. */
  catchRate = Number.POSITIVE_INFINITY;

  constructor(ground: Ground, name: string) {
    this.ground = ground;
    this.name = name;
  }

  /** Without money it is laid up. */
  get active(): boolean {
    return this.cash >= 0;
  }

  /** Units of effort for this year, 0 to 5. The skipper goes out with all there is while that has paid, and little to see whether it does again. */
  // biome-ignore lint/correctness/useYield: it decides on the spot; who decides in its place may suspend
  *chooseEffort(): Generator<unknown, number, unknown> {
    return this.catchRate * PRICE > EFFORT_COST ? MOST_EFFORT : 1;
  }

  /** A year's catch, thousands of tonnes, for which it has gone out with so much effort. */
  land(caught: number, effort: number): void {
    this.profit = caught * PRICE - effort * EFFORT_COST - BERTH;
    this.cash += this.profit;
    if (effort > 0) this.catchRate = caught / effort;
  }
}
