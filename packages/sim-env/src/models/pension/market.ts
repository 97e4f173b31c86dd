import { exposeToPlugins } from '../../plugins/index.ts';
import { createRandom, type Random } from '../../random.ts';
import { Individual } from './individual.ts';
import { Insurer } from './insurer.ts';
import { PublicOpinion } from './public-opinion.ts';

/** What a pension market is made of. */
export interface PensionMarketOptions {
  /** People alive at a time; default 50. */
  readonly individuals?: number;
  /** How long the market is watched; default 300. */
  readonly years?: number;
  /** Days between two looks at everyone; default 365. */
  readonly increment?: number;
}

/**
 * A market of pension insurance, after the example model of Schuderer et al., "Sim-Env" (arXiv 2102.09824), whose rules and constants it
 * has. Run it by itself: `market.reset(1); market.run();`.
 */
export class PensionMarket {
  /** Days. */
  readonly increment: number;
  /** Days since the start. */
  time = 0;
  random: Random = createRandom(0);
  publicOpinion = new PublicOpinion();
  insurers: readonly Insurer[] = [];
  people: Individual[] = [];
  private readonly individuals: number;
  private readonly days: number;
  private stopping = false;

  constructor({ individuals = 50, years = 300, increment = 365 }: PensionMarketOptions = {}) {
    this.individuals = individuals;
    this.days = 365 * years;
    this.increment = increment;
  }

  /** The part of a year that an increment is. */
  get yearFraction(): number {
    return this.increment / 365;
  }

  reset(seed: number): void {
    this.random = createRandom(seed);
    this.time = 0;
    this.stopping = false;
    this.publicOpinion = new PublicOpinion();
    this.insurers = [new Insurer(this)];
    this.people = [];
    this.replaceTheDead();
  }

  /** Until the time is over or no insurer is left. */
  run(): void {
    while (!this.stopping && this.time < this.days && this.insurers.some(({ active }) => active))
      this.performIncrement();
  }

  stop(): void {
    this.stopping = true;
  }

  /** One look at everyone. Exposed to plugins: `attachHandler(PensionMarket.prototype, 'performIncrement', 'after', …)` sees the market after each. */
  performIncrement(): void {
    for (const insurer of this.insurers) if (insurer.active) insurer.performIncrement();
    this.publicOpinion.performIncrement(this.yearFraction);
    for (const person of this.people) person.performIncrement();
    this.time += this.increment;
    this.replaceTheDead();
  }

  private replaceTheDead(): void {
    this.people = this.people.filter(({ active }) => active);
    while (this.people.length < this.individuals) this.people.push(new Individual(this));
  }
}

exposeToPlugins(PensionMarket.prototype, 'performIncrement');
