import { InputError } from '@unbraid/checks';
import type { Discrete } from '@unbraid/sim-env';
import { categorical } from './categorical.ts';
import type { Distribution } from './distribution.ts';

/** The choice whose value is largest, of those that a mask allows: what a network of action values is read by. A network's outputs are a value for each choice. */
export function greedy<A extends Discrete>(actionSpace: A): Distribution<A> {
  const choices = categorical(actionSpace);
  const refuse = (what: string) => (): never => {
    throw new InputError('graph', `learners: a greedy policy has no ${what}; its choices are certain`);
  };
  return {
    ...choices,
    name: 'greedy',
    logProb: refuse('log-probabilities with derivatives'),
    entropy: refuse('entropy with derivatives'),
    draw: (values, drawn, _random, mask) => choices.draw(values, drawn, undefined, mask),
  };
}
