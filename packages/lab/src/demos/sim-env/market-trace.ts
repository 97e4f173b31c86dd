import { attachHandler } from '@unbraid/sim-env';
import { PensionMarket } from '@unbraid/sim-env/models';

/** A market over its years. */
export interface MarketTrace {
  /** What its decisions earned. */
  readonly return: number;
  /** Years that it was looked at: until the company was gone, no more decisions were asked for, or time was over. */
  readonly years: number;
  /** The company's, in euros, at the end of each year. */
  readonly funds: Float64Array;
  readonly clients: Float64Array;
  /** 0 is the best. */
  readonly reputation: Float64Array;
  /** People in each year. */
  readonly people: number;
  /** Age in years, cash in euros, 1 for a client of the company: [years, people, 3]. */
  readonly state: Float32Array;
}

/** Watches the market that `run` lets run, from outside: a plugin at the model's yearly look at everyone. */
export function watchMarket(run: () => { readonly return: number }): MarketTrace {
  const [funds, clients, reputation, state]: [number[], number[], number[], number[]] = [[], [], [], []];
  let people = 0;
  const detach = attachHandler(PensionMarket.prototype, 'performIncrement', 'after', (_, market) => {
    const insurer = market.insurers[0]!;
    people = market.people.length;
    funds.push(insurer.cash.amount);
    clients.push(insurer.clients.length);
    reputation.push(market.publicOpinion.reputationOf(insurer));
    for (const person of market.people) state.push(person.age, person.cash.amount, Number(person.insurer === insurer));
    return undefined;
  });
  let earned: number;
  try {
    earned = run().return;
  } finally {
    detach();
  }
  return {
    return: earned,
    ...{ years: funds.length, people, funds: Float64Array.from(funds), clients: Float64Array.from(clients) },
    reputation: Float64Array.from(reputation),
    state: Float32Array.from(state),
  };
}
