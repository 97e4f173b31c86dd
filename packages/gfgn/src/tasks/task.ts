/** What is learnt of nodes, or of whole graphs. */
export const taskNames = ['classification', 'binary', 'multilabel', 'regression'] as const;
/**
 * One of `taskNames`: one class of several; one of two classes, by a single logit; several labels that are each there or not; quantities.
 */
export type TaskName = (typeof taskNames)[number];

/** Everything about a task that is kept with a trained model: plain data. */
export interface TaskFacts {
  readonly name: TaskName;
  /** Numbers that a model gives for a row: classes, 1 for two classes, labels, or quantities. */
  readonly outputs: number;
  /** Names of classes, of both where there are two, or of labels; left out where they have none. */
  readonly names?: readonly string[] | undefined;
  /** Of quantities: what was taken from each before training, and what it was then divided by, learnt on the rows that are trained on. */
  readonly scale?: { readonly means: readonly number[]; readonly deviations: readonly number[] } | undefined;
}

/** What a score is called, which is higher for a better model. */
export const scoreNames: Readonly<Record<TaskName, string>> = {
  classification: 'accuracy',
  binary: 'ROC AUC',
  multilabel: 'ROC AUC',
  regression: 'R²',
};

/** What rows are to be told. */
export interface Targets extends TaskFacts {
  readonly rows: number;
  /** Of classification and of two classes: a class for each row, −1 where it is not known. */
  readonly labels?: Int32Array | undefined;
  /** Of several labels (0 or 1) and of quantities, in their own units: [rows, outputs], NaN where not known. */
  readonly values?: Float32Array | undefined;
}

/** Whether anything of a row is known. */
export function isKnown({ labels, values, outputs }: Targets, row: number): boolean {
  if (labels) return labels[row]! >= 0;
  for (let at = row * outputs; at < (row + 1) * outputs; at++) if (!Number.isNaN(values![at])) return true;
  return false;
}

/** What is known of some rows. */
export function targetsAt(targets: Targets, rows: Int32Array): Targets {
  const { labels, values, outputs } = targets;
  return {
    ...targets,
    rows: rows.length,
    ...(labels && { labels: rows.map((row) => labels[row]!) }),
    ...(values && {
      values: Float32Array.from(
        { length: rows.length * outputs },
        (_, at) => values[rows[Math.floor(at / outputs)]! * outputs + (at % outputs)]!,
      ),
    }),
  };
}

/** The facts of a task without its rows. */
export const factsOf = ({ name, outputs, names, scale }: TaskFacts): TaskFacts => ({
  name,
  outputs,
  ...(names && { names }),
  ...(scale && { scale }),
});
