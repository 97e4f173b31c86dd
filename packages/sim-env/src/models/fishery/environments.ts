import { generateParallelEnv } from '../../agents/parallel-env.ts';
import { makeStep } from '../../decisions/make-step.ts';
import { definePerspective } from '../../decisions/perspective.ts';
import { box, discrete } from '../../spaces/index.ts';
import { Boat, MOST_EFFORT } from './boat.ts';
import { Fishery } from './fishery.ts';

const NAMES = ['boat_0', 'boat_1', 'boat_2', 'boat_3'];
/** Thousands of tonnes, and millions of euros, that an observation can show. */
const MOST = 1000;

const clamp = (value: number) => Math.min(Math.max(value, 0), MOST);

/** Stock, own money, boats that are left. */
const seenFrom = ({ ground, cash }: Boat) => Float32Array.of(clamp(ground.stock), clamp(cash), ground.fleet.length);

/** A skipper decides how much effort to make, and wants the year's profit. */
export const skipper = definePerspective({
  name: 'skipper',
  observationSpace: box({ low: [0, 0, 0], high: [MOST, MOST, NAMES.length] }),
  actionSpace: discrete(MOST_EFFORT + 1),
  observation: seenFrom,
  action: (effort: number) => effort,
  // Millions of euros.
  reward: ({ profit }) => profit,
  final: ({ boats, collapsed }: Fishery, agent) => {
    const boat = boats.find(({ name }) => name === agent)!;
    // Neither a boat that is laid up nor a ground without fish comes back; the years that are looked at do end, but not the fishing.
    const truncated = boat.active && !collapsed;
    return { observation: seenFrom(boat), reward: boat.profit, truncated };
  },
});

makeStep(Boat.prototype, 'chooseEffort', skipper);

/** The environment of four boats that decide at the same time, each for its own profit, about fish that belong to all. */
export const FisheryBoats = generateParallelEnv({
  module: import.meta.url,
  name: 'FisheryBoats',
  arguments: { years: { type: 'integer', minimum: 1, default: 30 } },
  simulation: ({ years }) => new Fishery({ boats: NAMES.length, years }),
  seats: [
    {
      perspective: skipper,
      agents: NAMES,
      agentOf: ({ name }: Boat) => name,
      active: ({ fleet }: Fishery, agent) => fleet.some(({ name }) => name === agent),
    },
  ],
  state: ({ stock, boats }: Fishery) => Float32Array.of(clamp(stock), ...boats.map(({ cash }) => clamp(cash))),
  stateSpace: box({ low: 0, high: MOST, shape: [1 + NAMES.length] }),
  render: ({ year, stock, fleet }) =>
    `year ${year}: ${stock.toFixed(1)} thousand tonnes; ${fleet.map(({ name, cash }) => `${name} ${cash.toFixed(1)}`).join(', ') || 'no boats'}`,
});
