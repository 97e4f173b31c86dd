import { Cash } from './cash.ts';
import type { Individual } from './individual.ts';
import { RETIREMENT_AGE } from './individual.ts';
import type { PensionMarket } from './market.ts';

/** A company that takes premiums and pays pensions. */
export class Insurer {
  readonly cash = new Cash(20_000);
  readonly clients: Individual[] = [];
  /** Euros for each increment. */
  readonly runningCost = 2000;
  active = true;
  readonly market: PensionMarket;

  constructor(market: PensionMarket) {
    this.market = market;
  }

  /** Pays its costs and deals with each client once; who cannot pay is out of business. */
  performIncrement(): void {
    if (!this.cash.take(this.runningCost)) {
      this.active = false;
      return;
    }
    for (const client of [...this.clients]) {
      if (!client.active) continue;
      const amount = this.determineClientTransaction(client);
      if (amount < 0) this.collect(client, -amount);
      else if (!this.pay(client, amount)) {
        this.active = false;
        return;
      }
    }
  }

  /** Euros that a client gets, negative for what it has to pay. */
  determineClientTransaction(client: Individual): number {
    return (client.age < RETIREMENT_AGE ? -1500 : 12_000) * this.market.yearFraction;
  }

  private collect(client: Individual, premium: number): void {
    if (client.cash.take(premium)) this.cash.put(premium);
  }

  private pay(client: Individual, pension: number): boolean {
    if (!this.cash.take(pension)) return false;
    client.cash.put(pension);
    return true;
  }
}
