import { InputError } from '@unbraid/checks';
import { type ClassWeights, classWeightsOf } from '@unbraid/nn';
import type { Weighing } from './objective.ts';
import type { Targets } from './task.ts';

/**
 * How much classes count in the loss over `rows`.
 * @param given `balanced` is rows / (classes · rows of the class); of several labels, how many rows don't have a label for one that has
 * @throws {InputError} `setting`, for quantities, a class that there isn't, and weights below 0
 */
export function weighingOf(who: string, given: ClassWeights | undefined, targets: Targets, rows: Int32Array): Weighing {
  if (given === undefined) return {};
  const { name, outputs, names, labels } = targets;
  if (name === 'regression')
    throw new InputError('setting', `${who}: classWeights go with classes, and the task is regression; leave them out`);
  if (name === 'multilabel' && given === 'balanced') return { classes: balancedLabels(targets, rows) };
  const known = labels ? rows.map((row) => labels[row]!).filter((label) => label >= 0) : new Int32Array();
  const count = name === 'binary' ? 2 : outputs;
  return { classes: classWeightsOf(given, known, { count, names, who }) };
}

/** Of each label: rows that don't have it for one that has; 1 for one that none has. */
function balancedLabels({ values, outputs }: Targets, rows: Int32Array): Float64Array {
  return Float64Array.from({ length: outputs }, (_, d) => {
    let [there, not] = [0, 0];
    for (const row of rows) {
      const value = values![row * outputs + d]!;
      if (value === 1) there++;
      else if (value === 0) not++;
    }
    return there > 0 && not > 0 ? not / there : 1;
  });
}
