import type { Final, Info } from '../decisions/perspective.ts';
import { noInfo, ownObservation, type Request } from '../decisions/request.ts';

/** How an agent's episode has ended. */
export type End = 'terminated' | 'truncated';

/** What one agent has been told. */
export interface Account {
  /** Its latest decision; undefined where it has not been asked yet. */
  readonly request: Request | undefined;
  /** Of its latest decision, or of its end; undefined before both. */
  readonly observation: unknown;
  readonly info: Info;
  /** What the latest step of any agent has brought it. */
  readonly reward: number;
  /** All since its own last action. */
  readonly cumulativeReward: number;
  readonly acted: boolean;
  readonly end: End | undefined;
}

/** What each agent has been told in an episode in which agents take turns. */
export interface Books {
  of(agent: string): Account;
  /** An agent acts: nobody has been brought anything by that yet, and it has seen all that came before. */
  acts(agent: string): void;
  /** One that has seen its end leaves: that brings nobody anything. */
  leaves(): void;
  /** Shows an agent its decision; of several in one round, the first brings the reward for what was before them. */
  shows(request: Request, isFirst: boolean): void;
  /** An agent's episode ends, as `final` says. */
  ends(agent: string, final: Final<unknown>): void;
  /** An agent's episode is cut off where it stands, at what it observes now. */
  cuts(agent: string, observation: unknown): void;
}

const blank: Account = {
  request: undefined,
  observation: undefined,
  info: noInfo,
  reward: 0,
  cumulativeReward: 0,
  acted: false,
  end: undefined,
};

/** Books of an episode that begins. */
export function createBooks(agents: readonly string[]): Books {
  const accounts = new Map<string, Account>(agents.map((agent) => [agent, blank]));
  const change = (agent: string, entries: Partial<Account>) =>
    accounts.set(agent, { ...accounts.get(agent)!, ...entries });

  /** A reward; for one that has not acted yet it is for no action. */
  function brings(agent: string, reward: number): void {
    const { acted, reward: before, cumulativeReward } = accounts.get(agent)!;
    if (acted) change(agent, { reward: before + reward, cumulativeReward: cumulativeReward + reward });
  }

  function beginsStep(): void {
    for (const [agent, { reward }] of accounts) if (reward !== 0) change(agent, { reward: 0 });
  }

  return {
    of: (agent) => accounts.get(agent)!,
    acts(agent) {
      beginsStep();
      change(agent, { acted: true, cumulativeReward: 0 });
    },
    leaves: beginsStep,
    shows(request, isFirst) {
      const { agent, observation, info, reward } = request;
      change(agent, { request, observation, info });
      if (isFirst) brings(agent, reward);
    },
    ends(agent, { observation, reward = 0, truncated = false, info }) {
      const { request, observation: before } = accounts.get(agent)!;
      const last = request === undefined ? before : ownObservation(request.seat, before);
      change(agent, {
        observation: observation ?? last,
        end: truncated ? 'truncated' : 'terminated',
        ...(info !== undefined && { info }),
      });
      brings(agent, reward);
    },
    cuts: (agent, observation) => void change(agent, { observation, end: 'truncated' }),
  };
}
