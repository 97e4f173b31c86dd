import { createRandom, type Random } from '../../random.ts';

/** Euros. */
export const RETAIL_PRICE = 10;
/** What the supplier pays to make one piece, euros. */
export const MAKING_COST = 3;
/** Euros for each piece that lies in the shop for a day. */
export const HOLDING_COST = 0.1;
/** Euros of goodwill for each piece that a customer asked for in vain. */
export const SHORTAGE_COST = 2;
/** Pieces that the shop has room for. */
export const ROOM = 100;
const DELIVERY_DAYS = 3;
const MEAN_DEMAND = 10;

/** What a supply chain is made of. */
export interface SupplyOptions {
  /** Default 364. */
  readonly days?: number;
}

/**
 * A shop and its supplier, day by day, as a coroutine: every week the supplier names its price, every day the shop orders, customers
 * come, and what was ordered arrives three days later. Run it by itself: `for (const _ of supply.run());`.
 */
export class Supply {
  day = 0;
  stock = 0;
  wholesalePrice = 6;
  /** Pieces under way; the first arrive next. */
  pipeline: number[] = [];
  shopProfit = 0;
  supplierProfit = 0;
  private random: Random = createRandom(0);
  private readonly days: number;

  constructor({ days = 364 }: SupplyOptions = {}) {
    this.days = days;
  }

  reset(seed: number): void {
    this.random = createRandom(seed);
    this.day = 0;
    this.stock = 30;
    this.wholesalePrice = 6;
    this.pipeline = Array.from({ length: DELIVERY_DAYS }, () => 0);
    this.shopProfit = 0;
    this.supplierProfit = 0;
  }

  *run(): Generator<unknown, void, unknown> {
    for (; this.day < this.days; this.day++) {
      if (this.day % 7 === 0) {
        this.wholesalePrice = yield* this.namePrice();
        this.supplierProfit = 0;
      }
      this.receive();
      this.buy(yield* this.placeOrder());
      this.sell();
    }
  }

  /** The supplier's: euros a piece for the coming week. */
  // biome-ignore lint/correctness/useYield: it decides on the spot; who decides in its place may suspend
  *namePrice(): Generator<unknown, number, unknown> {
    return 6;
  }

  /** The shop's: pieces to order today. It fills up to what four days of customers want. */
  *placeOrder(): Generator<unknown, number, unknown> {
    const coming = this.pipeline.reduce((sum, pieces) => sum + pieces, 0);
    return Math.max(0, 4 * MEAN_DEMAND + 5 - this.stock - coming);
  }

  private receive(): void {
    this.stock = Math.min(ROOM, this.stock + this.pipeline.shift()!);
  }

  private buy(pieces: number): void {
    this.pipeline.push(pieces);
    this.shopProfit = -pieces * this.wholesalePrice;
    this.supplierProfit += pieces * (this.wholesalePrice - MAKING_COST);
  }

  private sell(): void {
    const wanted = this.demand();
    const sold = Math.min(wanted, this.stock);
    this.stock -= sold;
    this.shopProfit += sold * RETAIL_PRICE - this.stock * HOLDING_COST - (wanted - sold) * SHORTAGE_COST;
  }

  /** A Poisson number, by Knuth's product of uniform ones. */
  private demand(): number {
    const least = Math.exp(-MEAN_DEMAND);
    let customers = 0;
    for (let product = this.random.next(); product > least; product *= this.random.next()) customers++;
    return customers;
  }
}
