import type { RunContext } from '../context.ts';

/** The `units` of a context by its `eachUnit`. */
export function collectUnits(eachUnit: RunContext<unknown>['eachUnit']): RunContext<unknown>['units'] {
  return async <I, T>(
    items: readonly I[],
    keyOf: (item: I, index: number) => string,
    work: (item: I, index: number) => Promise<never>,
    options?: Parameters<typeof eachUnit>[4],
  ) => {
    const values: T[] = [];
    await eachUnit<I, T>(items, keyOf, work, (value) => void values.push(value), options);
    return values;
  };
}
