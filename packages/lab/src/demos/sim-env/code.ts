import { written } from '../written.ts';
import { EVALUATIONS, EXPLORATION, edgesOf, environments, FIRST_SEED, learning, MAX_STEPS, PAYMENTS } from './goals.ts';
import type { LearnInput } from './model.ts';

/** A program that prints the mean return of what was learnt. */
export function simEnvCode({ goal, episodes, seed }: LearnInput): string {
  const isClient = goal === 'client';
  const name = environments[goal];
  const actions = isClient
    ? 'discretizeDiscrete(actionSpace)'
    : `{
    size: actions.length,
    decode: (i) => actions.slice(i, i + 1),
    encode: (action) => actions.findIndex((share) => share === action[0]),
  }`;
  const payments = `
const euros = ${written(PAYMENTS)};
const actions = Float32Array.from(euros, (amount) => (amount + 50_000) / 100_000);`;
  const played = `{ seed: ${seed} + i, maxEpisodeSteps: ${MAX_STEPS} }`;
  return `import { createQAgent, createRandom, discretizeBox, ${isClient ? 'discretizeDiscrete, ' : ''}learnRun, runWithAgent } from '@unbraid/sim-env';
import { ${name} } from '@unbraid/sim-env/models';

const { definition } = ${name};
const { observationSpace${isClient ? ', actionSpace' : ''} } = definition.decision;${isClient ? '' : payments}
const agent = createQAgent({
  observations: discretizeBox(observationSpace, ${written(edgesOf(goal))}),
  actions: ${actions},
  random: createRandom(${seed}),
  ...${written(learning)},
});
for (let episode = 0; episode < ${episodes}; episode++) {
  agent.setExploration(Math.max(0, ${EXPLORATION} * (1 - episode / (0.8 * ${episodes}))));
  learnRun(definition, agent, { seed: ${FIRST_SEED + seed} + episode, maxEpisodeSteps: ${MAX_STEPS} });
}
let sum = 0;
for (let i = 0; i < ${EVALUATIONS}; i++)
  sum += runWithAgent(definition, (observation) => agent.exploit(observation), ${played}).return;
console.log(sum / ${EVALUATIONS});
`;
}
