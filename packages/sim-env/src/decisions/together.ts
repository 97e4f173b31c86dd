import { JointRequest, Request } from './request.ts';

type Results<D extends readonly Generator<unknown, unknown, unknown>[]> = {
  [I in keyof D]: D[I] extends Generator<unknown, infer T, unknown> ? T : never;
};

/**
 * Decisions that are made at the same time: none sees the others' actions. `const [a, b] = yield* together([x.decide(), y.decide()])`.
 * Without an environment each decides by its own code.
 *
 * @returns one result for each decision, in order
 */
export function* together<const D extends readonly Generator<unknown, unknown, unknown>[]>(
  decisions: D,
): Generator<unknown, Results<D>, unknown> {
  const results: unknown[] = decisions.map(() => undefined);
  let open = decisions.map((decision, index) => ({ decision, index, yielded: decision.next() }));
  try {
    for (;;) {
      for (const { index, yielded } of open) if (yielded.done) results[index] = yielded.value;
      open = open.filter(({ yielded }) => !yielded.done);
      if (open.length === 0) return results as Results<D>;
      const asking = open.filter(({ yielded }) => yielded.value instanceof Request);
      if (asking.length < open.length) {
        // A yield of the model's own: it goes up as it is, one at a time.
        const other = open.find(({ yielded }) => !(yielded.value instanceof Request))!;
        other.yielded = other.decision.next(yield other.yielded.value);
        continue;
      }
      const actions = (yield new JointRequest(asking.map(({ yielded }) => yielded.value as Request))) as unknown[];
      for (const [i, entry] of asking.entries()) entry.yielded = entry.decision.next(actions[i]);
    }
  } finally {
    for (const { decision } of open) decision.return(undefined);
  }
}
