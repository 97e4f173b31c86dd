import { checkObservation, ownObservation } from '../decisions/request.ts';
import { EnvError } from '../env-error.ts';
import { copierOf } from '../spaces/copy.ts';
import type { Simulation } from './simulation.ts';
import { finalOf, type Gone, type Play, type Question } from './stage.ts';

/** @throws EnvError for what is outside its space, and what the model's own functions throw */
export function answerTo(play: Play, simulation: Simulation, question: Question): unknown {
  switch (question.about) {
    case 'state':
      return stateOf(play, simulation);
    case 'observation':
      return observationOf(play, simulation, question.agent);
    default:
      return goneOf(play, simulation, question.agents);
  }
}

const seatOf = ({ seats }: Play, agent: string) => seats.find(({ agents }) => agents.includes(agent))!;

function stateOf({ name, state }: Play, simulation: Simulation): unknown {
  if (state === undefined) throw new EnvError('setting', `sim-env: ${name}: its definition has no state`);
  const value = state.of(simulation);
  const violation = state.space.violation(value);
  if (violation !== undefined)
    throw new EnvError('data', `sim-env: ${name}: the state is outside its space: ${violation}`);
  return copierOf(state.space)?.(value) ?? value;
}

function observationOf(play: Play, simulation: Simulation, agent: string): unknown {
  const seat = seatOf(play, agent);
  const observation = seat.observe!(simulation as never, agent);
  if (seat.strict) checkObservation(seat.perspective, observation);
  return ownObservation(seat, observation);
}

const goneOf = (play: Play, simulation: Simulation, agents: readonly string[]): Gone =>
  agents.flatMap((agent) => {
    const seat = seatOf(play, agent);
    const remains = seat.active === undefined || seat.active(simulation as never, agent);
    return remains ? [] : [[agent, finalOf(seat, simulation, agent)] as const];
  });
