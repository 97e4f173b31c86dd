import tasksFixture from './fixtures/tasks.json' with { type: 'json' };

interface Array64 {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

interface TaskCase {
  readonly task: 'classification' | 'binary' | 'multilabel' | 'regression';
  readonly outputs: Array64;
  readonly labels?: readonly number[];
  readonly values?: readonly (readonly (number | null)[])[];
}

/** What `python/fixtures/graph_tasks.py` wrote, which says what is in it. */
export const tasks = tasksFixture as unknown as {
  readonly losses: readonly (TaskCase & {
    readonly classes: readonly number[] | null;
    readonly loss: number;
    readonly grad: readonly number[];
  })[];
  readonly scores: readonly (TaskCase & {
    readonly rows: readonly number[];
    readonly score: number;
    readonly accuracy?: number;
    readonly mae?: number;
  })[];
  readonly links: readonly {
    readonly positive: readonly number[];
    readonly negative: readonly number[];
    readonly auc: number;
    readonly hits: Readonly<Record<string, number>>;
  }[];
};
