import type { Perspective } from '../decisions/perspective.ts';
import { ownObservation, type Request } from '../decisions/request.ts';
import type { Seat } from '../decisions/seat.ts';
import type { Stage } from '../env/stage.ts';

/** How things look to an agent that is not deciding, from its last decision if it has made one; undefined where nobody can say. */
export function lookOf(stage: Stage, { observe }: Seat, agent: string, request: Request | undefined): unknown {
  if (observe !== undefined) return stage.tell({ about: 'observation', agent });
  return request === undefined ? undefined : observationNow(request);
}

/** How an agent's last decision would look as things stand; as it looked, where the perspective can't say, since it is asked outside of a decision. */
function observationNow({ seat, args, observation }: Request): unknown {
  const { observationSpace, observation: see } = seat.perspective as Perspective<readonly unknown[]>;
  const now = args === undefined ? undefined : orNothing(() => see(...args));
  return ownObservation(seat, observationSpace.contains(now) ? now : observation);
}

/** How an agent's last action would be judged as things stand; 0 where the perspective can't say. */
export function rewardNow({ seat, args }: Request): number {
  const { reward } = seat.perspective as Perspective<readonly unknown[]>;
  const now = args === undefined ? undefined : orNothing(() => reward(...args));
  return Number.isFinite(now) ? now! : 0;
}

function orNothing<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}
