import { InputError } from '@unbraid/checks';
import { concat, minimum, reshape, type Tensor } from '@unbraid/graph';
import { type AnyModel, applyModel, type ParamSpec } from '@unbraid/nn';
import { reluNetwork } from '../networks/relu-network.ts';

/** Two networks that judge actions; the lesser of their values is taken, since the larger one's errors are what a policy would seek (Fujimoto et al. 2018). */
export interface TwinCritics {
  /** Parameters of both. */
  readonly model: AnyModel;
  /** The value of each row's action by either: `[rows]`. @param observations `[rows, inputs]` @param actions `[rows, actionSize]`, from −1 to 1 */
  apply(params: unknown, observations: Tensor, actions: Tensor): readonly [first: Tensor, second: Tensor];
}

/** Critics of dense layers. */
export function twinCritics(inputs: number, actionSize: number, hidden: readonly number[]): TwinCritics {
  const critic = reluNetwork(inputs + actionSize, hidden, 1);
  const params = { first: critic.params, second: critic.params };
  return {
    model: { params: params as unknown as ParamSpec, apply: (): Tensor => refuse() } satisfies AnyModel,
    apply(given, observations, actions) {
      const { first, second } = given as Readonly<Record<'first' | 'second', unknown>>;
      const x = concat([observations, actions], 1);
      const judge = (of: unknown) => reshape(applyModel(critic, of, x), [x.shape[0]!]);
      return [judge(first), judge(second)];
    },
  };
}

/** The lesser of both values of each row. */
export const lesser = ([first, second]: readonly [Tensor, Tensor]): Tensor => minimum(first, second);

function refuse(): never {
  throw new InputError('model', 'learners: twin critics give two outputs; call apply of both');
}
