import { EnvError } from '../env-error.ts';
import { acceptorOf } from '../spaces/accept.ts';
import { forbidden, hopeless, type Mask, type MaskLike, maskOf } from '../spaces/mask.ts';
import type { Info, Perspective } from './perspective.ts';

/** The key of masks in infos, as Gymnasium's and PettingZoo's environments have it. */
export const ACTION_MASK = 'action_mask';

/**
 * The mask in an info, for `sample(mask)` and agents; undefined where the info has none.
 */
export const actionMaskIn = (info: Info): MaskLike => info[ACTION_MASK] as MaskLike;

/**
 * What is possible at a decision, from the perspective's own `actionMask`.
 *
 * @throws EnvError `data` for what is no mask of the action space, or one that leaves nothing to choose where that would be an error
 */
export function actionMaskOf(perspective: Perspective<readonly unknown[]>, args: readonly unknown[]): Mask {
  const { name, actionSpace, maskedActions } = perspective;
  const mask = maskOf(actionSpace, perspective.actionMask!(...args), `perspective ${name}: the action mask`);
  const place = maskedActions === 'allow' ? undefined : hopeless(actionSpace, mask);
  if (place === undefined) return mask;
  throw new EnvError(
    'data',
    `sim-env: perspective ${name}: the action mask leaves nothing to choose${place}; let the model end, or not decide, where nothing is possible`,
  );
}

/**
 * What takes actions for a perspective: as `acceptorOf`, and none that the mask in the decision's info forbids, unless the perspective
 * lets them.
 *
 * @param name begins the message of its EnvError: `walker: the action is`
 */
export function actionAcceptorOf(
  { actionSpace, actionMask, maskedActions = 'error' }: Perspective,
  name: string,
): (action: unknown, info: Info) => unknown {
  const accept = acceptorOf(actionSpace, name);
  if (actionMask === undefined || maskedActions === 'allow') return accept;
  return (action, info) => {
    const accepted = accept(action);
    const wrong = forbidden(actionSpace, (actionMaskIn(info) ?? null) as Mask, accepted);
    if (wrong === undefined) return accepted;
    throw new EnvError('data', `sim-env: ${name} masked: ${wrong}; info.${ACTION_MASK} says what is possible`);
  };
}
