import { makeStep } from '../../decisions/make-step.ts';
import { definePerspective } from '../../decisions/perspective.ts';
import { generateEnv } from '../../env/generate-env.ts';
import { box, discrete } from '../../spaces/index.ts';
import { INSURABLE_AGE, Individual } from './individual.ts';
import { Insurer } from './insurer.ts';
import { PensionMarket, type PensionMarketOptions } from './market.ts';

const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);

/** Client's age, company's funds, its reputation, its number of clients. */
const companyView = () => box({ low: [0, 0, -10_000, 0], high: [100, 1e6, 0, 1000] });

function observeCompany(insurer: Insurer, age: number): Float32Array<ArrayBuffer> {
  const reputation = insurer.market.publicOpinion.reputationOf(insurer);
  return Float32Array.of(
    clamp(age, 0, 100),
    clamp(insurer.cash.amount, 0, 1e6),
    clamp(reputation, -10_000, 0),
    clamp(insurer.clients.length, 0, 1000),
  );
}

/** The same decision, judged in different ways. */
function insurerPerspective(name: string, reward: (insurer: Insurer) => number) {
  return definePerspective({
    name,
    observationSpace: companyView(),
    actionSpace: box({ low: 0, high: 1 }),
    observation: (insurer: Insurer, client: Individual) => observeCompany(insurer, client.age),
    // From [0, 1] to −50,000 (take) to 50,000 (pay) euros.
    action: (action: Float32Array) => action[0]! * 100_000 - 50_000,
    reward,
    final: ({ insurers }: PensionMarket) => {
      const insurer = insurers.find(({ active }) => active);
      // Ruined.
      if (insurer === undefined) return {};
      // The years that are looked at are over, the company is not: as it would see its next client, who is young where it has none.
      const age = insurer.clients[0]?.age ?? INSURABLE_AGE;
      return { observation: observeCompany(insurer, age), reward: reward(insurer), truncated: true };
    },
  });
}

/** 1 for each contact at which the company has money. */
export const solvency = insurerPerspective('solvency', (insurer) => (insurer.cash.amount > 0 ? 1 : 0));

/** How well off the clients are: what they have, as a share of ten years of living expenses, at most 1; the mean. */
export const welfare = insurerPerspective('welfare', ({ clients }) => {
  const comfort = clients.map(({ cash, livingExpenses }) => Math.min(cash.amount / (10 * livingExpenses), 1));
  return comfort.length === 0 ? 0 : comfort.reduce((sum, one) => sum + one) / comfort.length;
});

/** How good the company's name is: 1 without an accusation, 0 from −500 on, where hardly anyone becomes a client. */
export const reputation = insurerPerspective('reputation', (insurer) =>
  clamp(1 + insurer.market.publicOpinion.reputationOf(insurer) / 500, 0, 1),
);

makeStep(Insurer.prototype, 'determineClientTransaction', solvency);
makeStep(Insurer.prototype, 'determineClientTransaction', welfare);
makeStep(Insurer.prototype, 'determineClientTransaction', reputation);

const observePerson = (person: Individual, insurer: Insurer) =>
  Float32Array.of(
    clamp(person.age, 0, 120),
    clamp(person.cash.amount, 0, 1e7),
    clamp(person.market.publicOpinion.reputationOf(insurer), -10_000, 0),
  );

/** The share of people who have what they need for half an increment. */
const shareProvidedFor = ({ people }: PensionMarket) =>
  people.filter(({ cash, livingExpenses }) => cash.amount >= livingExpenses / 2).length / people.length;

/** Another decider: whoever looks for insurance. One agent decides for all of them. */
export const client = definePerspective({
  name: 'client',
  observationSpace: box({ low: [0, 0, -10_000], high: [120, 1e7, 0] }),
  actionSpace: discrete(2),
  observation: observePerson,
  action: [false, true],
  reward: ({ market }) => shareProvidedFor(market),
  final: (market: PensionMarket) => {
    const insurer = market.insurers.find(({ active }) => active);
    // No company is left that anybody could decide about.
    if (insurer === undefined) return {};
    // As whoever looks for insurance next would see it; where nobody does, whoever is the youngest and so will be the next.
    const person = market.people.find(({ looksForInsurance }) => looksForInsurance) ?? market.people.at(-1)!;
    return { observation: observePerson(person, insurer), reward: shareProvidedFor(market), truncated: true };
  },
});

makeStep(Individual.prototype, 'acceptsInsurer', client);

const shared = {
  module: import.meta.url,
  arguments: {
    individuals: { type: 'integer', minimum: 1, maximum: 1000, default: 50 },
    years: { type: 'integer', minimum: 1, default: 300 },
    increment: { type: 'integer', minimum: 1, maximum: 365, default: 365 },
  },
  simulation: (given: Required<PensionMarketOptions>) => new PensionMarket(given),
  maxEpisodeSteps: 20_000,
} as const;

/** The company decides, and lives to go on: the environment of the paper. */
export const Pension = generateEnv({ ...shared, name: 'Pension', decision: solvency });
/** The company decides, rewarded by its clients' welfare. */
export const PensionWelfare = generateEnv({ ...shared, name: 'PensionWelfare', decision: welfare });
/** The company decides, rewarded by its reputation. */
export const PensionReputation = generateEnv({ ...shared, name: 'PensionReputation', decision: reputation });
/** The people decide, the company follows its rule. */
export const PensionClient = generateEnv({ ...shared, name: 'PensionClient', decision: client });
