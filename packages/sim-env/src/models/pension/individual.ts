import { normalCdf } from '../normal-cdf.ts';
import { Cash } from './cash.ts';
import type { Insurer } from './insurer.ts';
import type { PensionMarket } from './market.ts';

export const RETIREMENT_AGE = 67;
/** Younger people don't look for insurance. */
export const INSURABLE_AGE = 25;

/** A person who earns, spends, grows old and may take out insurance. */
export class Individual {
  readonly cash = new Cash(20_000);
  insurer: Insurer | undefined;
  active = true;
  readonly market: PensionMarket;
  private readonly born: number;

  constructor(market: PensionMarket) {
    this.market = market;
    this.born = market.time;
  }

  /** Years; people enter the market at 20. */
  get age(): number {
    return 20 + Math.trunc((this.market.time - this.born) / this.market.increment);
  }

  /** Euros for each increment. */
  get income(): number {
    return this.age < RETIREMENT_AGE ? 20_000 * this.market.yearFraction : 0;
  }

  /** Euros for each increment. */
  get livingExpenses(): number {
    return 15_000 * this.market.yearFraction;
  }

  get looksForInsurance(): boolean {
    return this.age >= INSURABLE_AGE && this.insurer === undefined;
  }

  performIncrement(): void {
    if (this.market.random.next() < this.market.yearFraction * deathProbability(this.age)) {
      this.die();
      return;
    }
    this.cash.put(this.income);
    if (!this.cash.take(this.livingExpenses)) {
      this.complain(100);
      this.die();
      return;
    }
    if (this.cash.amount < this.livingExpenses / 2) this.complain(20);
    if (this.looksForInsurance) this.lookForInsurance();
  }

  /** Whether this person takes out insurance with a company: the better its reputation, the likelier. */
  acceptsInsurer(insurer: Insurer): boolean {
    const reputation = Math.trunc(this.market.publicOpinion.reputationOf(insurer) / 100) * 100;
    return this.market.random.next() < trust(reputation);
  }

  private lookForInsurance(): void {
    const { publicOpinion } = this.market;
    const best = [...this.market.insurers].sort(
      (a, b) => publicOpinion.reputationOf(b) - publicOpinion.reputationOf(a),
    );
    for (const insurer of best) {
      if (!insurer.active || !this.acceptsInsurer(insurer)) continue;
      this.insurer = insurer;
      insurer.clients.push(this);
      return;
    }
  }

  private complain(severity: number): void {
    if (this.insurer !== undefined) this.market.publicOpinion.accuse(this.insurer, severity);
  }

  private die(): void {
    this.active = false;
    const clients = this.insurer?.clients;
    if (clients !== undefined) clients.splice(clients.indexOf(this), 1);
  }
}

/** In one year. */
const deathProbability = (age: number): number => normalCdf(Math.trunc(age / 2) * 2, 85, 10);

const trust = (reputation: number): number => normalCdf(reputation, 0, 100);
