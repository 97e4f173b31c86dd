import type { Info } from '../decisions/perspective.ts';
import { JointRequest, type Request } from '../decisions/request.ts';
import type { ArgumentRules } from '../env/arguments.ts';
import type { Frame, ResetOptions } from '../env/env.ts';
import { createSeeds } from '../env/seeds.ts';
import type { Simulation } from '../env/simulation.ts';
import { Ending, type Gone, type Moment, type Play, type Stage } from '../env/stage.ts';
import { EnvError } from '../env-error.ts';
import { lookOf, rewardNow } from './as-things-stand.ts';
import { type Account, createBooks } from './books.ts';
import { type ByAgent, byAgent } from './by-agent.ts';
import {
  type AgentSpaces,
  type AgentsDefinition,
  type AgentsFactory,
  agentAcceptors,
  agentsFactory,
  spacesOf,
} from './seats.ts';
import { type WholeState, wholeStateOf } from './state.ts';

/** What the agent whose turn it is sees: PettingZoo's `last()`. The reward is the sum of all since its last action. */
export type LastResult = [observation: unknown, reward: number, termination: boolean, truncation: boolean, info: Info];

/** Agents that act in turn: PettingZoo's AEC environment. Its dictionaries have an entry for each of `agents`. */
export interface TurnEnv extends AgentSpaces, WholeState {
  readonly possibleAgents: readonly string[];
  /** Those whose episode goes on, or who have not yet seen its end. */
  readonly agents: readonly string[];
  /** Whose turn it is, those first whose episode has ended; undefined when all have seen the end. */
  readonly agentSelection: string | undefined;
  /** What the latest step has brought each. */
  readonly rewards: ByAgent<number>;
  /** What has come to each since its own last action. */
  readonly cumulativeRewards: ByAgent<number>;
  readonly terminations: ByAgent<boolean>;
  readonly truncations: ByAgent<boolean>;
  readonly infos: ByAgent<Info>;
  /** What each that has been asked, or has ended, was shown last. */
  readonly observations: ByAgent<unknown>;
  /**
   * What an agent observes, whether or not it is its turn: by its seat's `observe`, or as its last decision would look as things stand (in a thread of the
   * model's own: as it looked).
   * @throws EnvError for a name that no agent has, before reset, and for one that has not been asked yet, where its seat has no `observe`
   */
  observe(agent: string): unknown;
  reset(options?: ResetOptions): void;
  last(): LastResult;
  /**
   * The action of the agent whose turn it is: undefined for one whose episode has ended, which then leaves.
   * @throws EnvError for an action outside its space, before reset, when all have left, and after an error of the model; ModelError, ModelTimeout
   */
  step(action: unknown): void;
  /** Whose turn it is, turn after turn, until all have left. */
  agentIter(): Generator<string, void, void>;
  render(): Frame | undefined;
  close(): void;
}

/** Makes environments of one definition whose agents take turns. */
export type TurnEnvFactory = AgentsFactory<TurnEnv, 'turns'>;

/**
 * Environments in which agents decide in turn, as the model asks them. Decisions that are made together are asked for one after another,
 * each with the observation of before. An agent whose seat's `active` says that it is asked no more has ended, while the others go on.
 *
 * @throws EnvError for a perspective on no decision function, two seats at one, or an agent named twice
 */
export function generateTurnEnv<S extends Simulation, const R extends ArgumentRules = Record<never, never>>(
  definition: AgentsDefinition<S, R>,
): TurnEnvFactory {
  return agentsFactory(definition, 'turns', createTurnEnv);
}

function createTurnEnv(play: Play, stage: Stage, limit: number): TurnEnv {
  const seeds = createSeeds();
  const acceptors = agentAcceptors(play);
  const possibleAgents = play.seats.flatMap((seat) => seat.agents);
  const anyLeaves = play.seats.some(({ active }) => active !== undefined);
  let books = createBooks(possibleAgents);
  let agents: readonly string[] = [];
  /** Those whose episode has ended, and who have not seen it yet. */
  let ended: readonly string[] = [];
  /** Those who are still to decide before the model goes on, the next one first. */
  let asked: readonly Request[] = [];
  let answers: unknown[] = [];
  let joint = false;
  /** Agents that have been told their reward in this round. */
  const judged = new Set<string>();
  let decisions = 0;
  let failure = '';
  let phase: 'new' | 'running' | 'failed' | 'closed' = 'new';

  function take(moment: Moment): void {
    answers = [];
    if (moment instanceof Ending) {
      for (const { index, agents: seated } of play.seats)
        for (const [i, agent] of seated.entries()) if (goesOn(agent)) books.ends(agent, moment.finals[index]![i]!);
      over();
      return;
    }
    joint = moment instanceof JointRequest;
    asked = moment instanceof JointRequest ? moment.requests : [moment];
    const back = asked.find(({ agent }) => !goesOn(agent));
    if (back !== undefined)
      throw new EnvError(
        'model',
        `sim-env: ${play.name}: ${back.agent} is asked again, after active said that it had left`,
      );
    judged.clear();
    for (const request of asked) if (!judged.has(request.agent)) present(request);
    if (anyLeaves) seeWhoHasLeft();
  }

  function present(request: Request): void {
    books.shows(request, !judged.has(request.agent));
    judged.add(request.agent);
  }

  const goesOn = (agent: string) => agents.includes(agent) && !ended.includes(agent);

  function seeWhoHasLeft(): void {
    const others = agents.filter(
      (agent) => goesOn(agent) && books.of(agent).request !== undefined && !judged.has(agent),
    );
    if (others.length === 0) return;
    const gone = stage.tell({ about: 'gone', agents: others }) as Gone;
    for (const [agent, final] of gone)
      books.ends(agent, { observation: look(agent), reward: rewardNow(books.of(agent).request!), ...final });
    ended = [...ended, ...gone.map(([agent]) => agent)];
  }

  /** How things look to an agent that is not deciding; undefined where nobody can say. */
  function look(agent: string): unknown {
    const seat = play.seats.find(({ agents: seated }) => seated.includes(agent))!;
    return lookOf(stage, seat, agent, books.of(agent).request);
  }

  const isDeciding = (agent: string) => asked.some((request) => request.agent === agent);

  /** Of one that is deciding, or has ended, what it was shown. */
  function observed(agent: string): unknown {
    const { observation, end } = books.of(agent);
    const shown = end !== undefined || isDeciding(agent) ? observation : undefined;
    return shown ?? look(agent);
  }

  function over(): void {
    asked = [];
    ended = [...ended, ...agents.filter(goesOn)];
  }

  const selection = () => ended[0] ?? asked[0]?.agent;

  function checkRunning(): void {
    if (phase === 'running') return;
    const failed = `the episode has failed (${failure}); call reset`;
    const why = { new: 'reset comes first', failed, closed: 'it is closed; make a new environment' };
    throw new EnvError('state', `sim-env: ${play.name}: ${why[phase]}`);
  }

  function whoseTurn(): string {
    checkRunning();
    const agent = selection();
    if (agent === undefined)
      throw new EnvError('state', `sim-env: ${play.name}: the episode has ended for all agents; call reset`);
    return agent;
  }

  /** The model at work; an error of its ends the episode. */
  function inModel(work: () => void): void {
    try {
      work();
    } catch (error) {
      [agents, asked, ended, phase] = [[], [], [], 'failed'];
      failure = error instanceof Error ? error.message.replace(/^sim-env: /, '') : String(error);
      throw error;
    }
  }

  function act(agent: string, action: unknown): void {
    answers.push(acceptors.get(agent)!(action, asked[0]!.info));
    books.acts(agent);
    asked = asked.slice(1);
    decisions++;
    if (asked.length > 0) {
      present(asked[0]!);
      return;
    }
    inModel(() => take(stage.resume(joint ? answers : answers[0])));
    if (decisions < limit || asked.length === 0) return;
    for (const other of agents) if (goesOn(other)) books.cuts(other, observed(other));
    over();
  }

  function leave(agent: string, action: unknown): void {
    if (action !== undefined && action !== null) {
      throw new EnvError('state', `sim-env: ${play.name}: the episode of ${agent} has ended; step with undefined`);
    }
    books.leaves();
    agents = agents.filter((other) => other !== agent);
    ended = ended.slice(1);
  }

  const each = <T>(value: (account: Account) => T) => byAgent(agents, (agent) => value(books.of(agent)));

  const spaces = spacesOf(play);

  return {
    ...spaces,
    ...wholeStateOf(play, stage, checkRunning),
    possibleAgents,
    get agents() {
      return agents;
    },
    get agentSelection() {
      return selection();
    },
    get rewards() {
      return each(({ reward }) => reward);
    },
    get cumulativeRewards() {
      return each(({ cumulativeReward }) => cumulativeReward);
    },
    get terminations() {
      return each(({ end }) => end === 'terminated');
    },
    get truncations() {
      return each(({ end }) => end === 'truncated');
    },
    get infos() {
      return each(({ info }) => info);
    },
    get observations() {
      const shown = agents.filter((agent) => books.of(agent).observation !== undefined);
      return byAgent(shown, (agent) => books.of(agent).observation);
    },
    observe(agent) {
      spaces.observationSpace(agent);
      checkRunning();
      const observation = observed(agent);
      if (observation !== undefined) return observation;
      throw new EnvError(
        'state',
        `sim-env: ${play.name}: ${agent} has not been asked yet, so nothing is known of what it observes; give its seat observe(simulation, agent)`,
      );
    },
    reset({ seed, options } = {}) {
      if (phase === 'closed')
        throw new EnvError('state', `sim-env: ${play.name}: reset after close; make a new environment`);
      const next = seeds.next(seed);
      books = createBooks(possibleAgents);
      [agents, ended, asked, decisions, phase] = [[...possibleAgents], [], [], 0, 'running'];
      inModel(() => take(stage.start(next, options)));
    },
    last() {
      const agent = whoseTurn();
      const { cumulativeReward, end, info } = books.of(agent);
      return [observed(agent), cumulativeReward, end === 'terminated', end === 'truncated', info];
    },
    step(action) {
      const agent = whoseTurn();
      if (ended.length > 0) leave(agent, action);
      else act(agent, action);
    },
    *agentIter() {
      for (let agent = selection(); agent !== undefined; agent = selection()) yield agent;
    },
    render: () => stage.render(),
    close() {
      phase = 'closed';
      stage.close();
    },
  };
}
