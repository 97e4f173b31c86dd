import { InputError } from '@unbraid/checks';
import { bernoulliMask, ShapeError, type Tensor } from '@unbraid/graph';
import type { Mode } from '../mode.ts';
import { showShape } from '../show-shape.ts';

/** A mode for one application of a model in training, and what the model asked it for. */
export interface TrainingMode {
  readonly mode: Mode;
  /** What a fixed parameter becomes after the step: itself where nothing was recorded. */
  nextOf(current: Tensor): Tensor;
  /** How many masks were drawn. */
  masks(): number;
}

/**
 * The mode of a training step, for loops of one's own: `fit` makes one for each step it traces.
 * @param fixed the parameters that no gradient moves, as the model gets them
 * @param key of the masks: int32 [2], the bits of a seed and the number of the step
 */
export function trainingMode(fixed: readonly Tensor[], key: Tensor): TrainingMode {
  const updates = new Map(fixed.map((current) => [current, current]));
  let masks = 0;
  return {
    mode: {
      training: true,
      update(current, next) {
        if (!updates.has(current))
          throw new InputError(
            'model',
            'nn: mode.update takes a parameter that fixedParam describes, as it came to apply, and what it becomes',
          );
        checkAlike(current, next);
        updates.set(current, next);
      },
      mask: (shape, keep) => bernoulliMask(key, shape, keep, masks++),
    },
    nextOf: (current) => updates.get(current)!,
    masks: () => masks,
  };
}

function checkAlike(current: Tensor, next: Tensor): void {
  const [a, b] = [current, next].map(({ dtype, shape }) => `${dtype} ${showShape(shape)}`);
  if (a !== b) throw new ShapeError(`nn: mode.update gives a parameter that is ${a} the value ${b}`);
}
