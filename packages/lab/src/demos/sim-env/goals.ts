/** Who decides in the market, and for what: each is an environment of the same model. */
export const goals = {
  solvency: 'Company: stay solvent',
  welfare: 'Company: welfare of clients',
  reputation: 'Company: reputation',
  client: 'People: not to be poor',
} as const;
export type Goal = keyof typeof goals;

/** Names in `@unbraid/sim-env/models`. */
export const environments = {
  solvency: 'Pension',
  welfare: 'PensionWelfare',
  reputation: 'PensionReputation',
  client: 'PensionClient',
} as const satisfies Record<Goal, string>;

/** What each decision is, and what it earns. */
export const meanings: Readonly<Record<Goal, string>> = {
  solvency:
    'At each contact the company takes up to 50,000 € from a client or pays as much; 1 for each contact at which it has money.',
  welfare:
    'The same decisions; at each contact the mean wealth of its clients, as a share of ten years of living expenses, at most 1.',
  reputation: 'The same decisions; at each contact 1 for a good name, falling to 0 by complaints that amount to 500.',
  client:
    'Whoever is 25 and not insured accepts or declines; at each such decision the part of all people that can pay half a year’s living. Who declines ' +
    'is asked again, so declining earns most within the two years or so that γ = 0.99 looks ahead, though a company without clients is soon gone.',
};

/** Payments to a client in euros that the company chooses from; negative ones it takes. */
export const PAYMENTS = [-20_000, -5000, -1500, 0, 1500, 5000, 12_000, 20_000];

/** What can be told apart. The company: the client's age, its funds, its reputation, its number of clients. */
const companyEdges = [
  [45, 67, 80],
  [5000, 20_000, 50_000, 100_000, 200_000, 500_000],
  [-500, -200, -50],
  [5, 20],
];
/** People: their age, their cash, the company's reputation. */
const clientEdges = [
  [30, 45, 67, 80],
  [7500, 20_000, 50_000, 100_000, 200_000],
  [-200, -100, -50, -20],
];
export const edgesOf = (goal: Goal) => (goal === 'client' ? clientEdges : companyEdges);

/** As in the experiment `sim-env/pension`: decisions after which an episode is truncated, and how is learnt. */
export const MAX_STEPS = 5000;
export const learning = { discount: 0.99, learningRate: 0.1, initialValue: 100 } as const;
/** Share of random actions in the first episode; it falls evenly to 0 in the last fifth. */
export const EXPLORATION = 0.02;
/** Seeds of markets that are learnt from begin here; those of evaluation lie below. */
export const FIRST_SEED = 1_000_000;
/** Markets, never learnt from, over which returns are means. */
export const EVALUATIONS = 10;
