import type { Final, Info } from '../decisions/perspective.ts';
import { noInfo, ownObservation, type Request } from '../decisions/request.ts';
import { type Ending, finalOf, type Play, type Stage } from '../env/stage.ts';
import { EnvError } from '../env-error.ts';
import { lookOf, rewardNow } from './as-things-stand.ts';

/** What one agent is told after a round. */
export interface Told {
  readonly agent: string;
  readonly observation: unknown;
  readonly reward: number;
  readonly terminated: boolean;
  readonly truncated: boolean;
  readonly info: Info;
}

/** Who takes part in an episode whose agents act at the same time, and what each is owed. */
export interface Roster {
  /** Those whose episode goes on. */
  agents(): readonly string[];
  /** They have acted, and are owed a reward for it. */
  acted(requests: readonly Request[]): void;
  /** After a round: these are asked next. Tells them, those who are passed over, and those who have left. */
  goOn(requests: readonly Request[]): readonly Told[];
  /** The model has ended. Tells everyone who was left. */
  end(ending: Ending): readonly Told[];
}

interface Member {
  readonly request: Request;
  /** Its last action has not been judged. */
  readonly owed: boolean;
  /** It acted in this round. */
  readonly acting: boolean;
}

/** A roster of an episode that begins. */
export function createRoster({ name }: Play, stage: Stage): Roster {
  const members = new Map<string, Member>();
  const gone = new Set<string>();

  /** One that was passed over and is asked no more. What its perspective does not say is final is how its last decision would be seen now. */
  function leaving(agent: string, request: Request, owed: boolean, final: Final<unknown>): Told {
    const { observation = lookOf(stage, request.seat, agent, request), info = noInfo } = final;
    const reward = owed ? (final.reward ?? rewardNow(request)) : 0;
    return { agent, observation, reward, ...endOf(final), info };
  }

  const passedOver = (agent: string, { request, owed }: Member): Told => {
    const { active } = request.seat;
    if (active === undefined || active(stage.simulation as never, agent)) {
      return { agent, observation: lookOf(stage, request.seat, agent, request), reward: 0, ...goesOn, info: noInfo };
    }
    members.delete(agent);
    gone.add(agent);
    return leaving(agent, request, owed, finalOf(request.seat, stage.simulation!, agent));
  };

  return {
    agents: () => [...members.keys()],

    acted(requests) {
      for (const { agent } of requests) members.set(agent, { ...members.get(agent)!, owed: true, acting: true });
    },

    goOn(requests) {
      const returned = requests.find(({ agent }) => gone.has(agent));
      if (returned !== undefined) {
        throw new EnvError(
          'model',
          `sim-env: ${name}: ${returned.agent} is asked again, after active said that it had left`,
        );
      }
      const asked = new Map(requests.map((request) => [request.agent, request]));
      const told: Told[] = [];
      for (const [agent, member] of [...members]) {
        const request = asked.get(agent);
        if (request === undefined) {
          members.set(agent, { ...member, acting: false });
          told.push(passedOver(agent, member));
        } else {
          const { observation, reward, info } = request;
          told.push({ agent, observation, reward: member.owed ? reward : 0, ...goesOn, info });
          members.set(agent, { request, owed: false, acting: false });
        }
      }
      for (const request of requests) {
        const { agent, observation, info } = request;
        if (members.has(agent)) continue;
        members.set(agent, { request, owed: false, acting: false });
        told.push({ agent, observation, reward: 0, ...goesOn, info });
      }
      return told;
    },

    end({ finals }) {
      const told = [...members].map(([agent, { request, owed, acting }]): Told => {
        const { seat } = request;
        const final = finals[seat.index]?.[seat.agents.indexOf(agent)] ?? {};
        if (!acting) return leaving(agent, request, owed, final);
        const { observation = ownObservation(seat, request.observation), reward = 0, info = noInfo } = final;
        return { agent, observation, reward, ...endOf(final), info };
      });
      members.clear();
      return told;
    },
  };
}

const goesOn = { terminated: false, truncated: false };

const endOf = ({ truncated = false }: Final<unknown>) => ({ terminated: !truncated, truncated });
