import { together } from '../../decisions/together.ts';
import { createRandom, type Random } from '../../random.ts';
import { Boat } from './boat.ts';

/** What the ground can feed, thousands of tonnes. */
export const CAPACITY = 100;
/** Of the stock, in a year in which it is small. */
const GROWTH_RATE = 0.3;
/** Standard deviation of the logarithm of what growth is multiplied by from year to year. */
const GROWTH_NOISE = 0.2;
/** The part of the stock that a unit of effort takes, where it is alone. */
const CATCHABILITY = 0.02;
/** Thousands of tonnes below which there are too few fish for spawning. */
export const COLLAPSE = 5;

/** What a fishery is made of. */
export interface FisheryOptions {
  /** Default 4. */
  readonly boats?: number;
  /** How long it is watched; default 30. */
  readonly years?: number;
}

/**
 * Boats on one fishing ground, as a coroutine. The stock grows by Schaefer's logistic law and is fished by effort ("Some aspects of the dynamics of populations
 * important to the management of the commercial marine fisheries", 1954); each boat bears its own cost and all share the fish, which is Gordon's problem of a
 * common property ("The economic theory of a common-property resource", 1954). A boat without money is laid up. Run it by itself: `for (const _ of fishery.run());`.
 */
export class Fishery {
  year = 0;
  /** Thousands of tonnes. */
  stock = CAPACITY;
  boats: readonly Boat[] = [];
  private random: Random = createRandom(0);
  private readonly years: number;
  private readonly count: number;

  constructor({ boats = 4, years = 30 }: FisheryOptions = {}) {
    this.count = boats;
    this.years = years;
  }

  /** Those that are not laid up. */
  get fleet(): readonly Boat[] {
    return this.boats.filter(({ active }) => active);
  }

  get collapsed(): boolean {
    return this.stock < COLLAPSE;
  }

  reset(seed: number): void {
    this.random = createRandom(seed);
    this.year = 0;
    this.stock = CAPACITY;
    this.boats = Array.from({ length: this.count }, (_, i) => new Boat(this, `boat_${i}`));
  }

  /** Until the years are over, the stock has collapsed, or no boat is left. */
  *run(): Generator<unknown, void, unknown> {
    for (; this.year < this.years && !this.collapsed && this.fleet.length > 0; this.year++) {
      const { fleet } = this;
      const efforts = yield* together(fleet.map((boat) => boat.chooseEffort()));
      this.fish(fleet, efforts);
      this.grow();
    }
  }

  /** What all efforts take together, each boat's part in proportion to its own. */
  private fish(fleet: readonly Boat[], efforts: readonly number[]): void {
    const effort = efforts.reduce((sum, one) => sum + one, 0);
    const caught = this.stock * (1 - Math.exp(-CATCHABILITY * effort));
    for (const [i, boat] of fleet.entries()) boat.land(effort === 0 ? 0 : (caught * efforts[i]!) / effort, efforts[i]!);
    this.stock -= caught;
  }

  private grow(): void {
    const fortune = Math.exp(GROWTH_NOISE * this.random.normal() - GROWTH_NOISE ** 2 / 2);
    this.stock += GROWTH_RATE * this.stock * (1 - this.stock / CAPACITY) * fortune;
  }
}
