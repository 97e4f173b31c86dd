import type { RunContext, Storable } from '@unbraid/experiment';

/** Units of a fit in several groups and by themselves, counted together in its progress. */
export interface CountedUnits {
  /** As the context's, done by this process. */
  unit<T>(key: string, work: () => Promise<T & Storable<T>>): Promise<T>;
  /** As the context's: none depends on another. */
  units<I, T>(
    items: readonly I[],
    keyOf: (item: I) => string,
    work: (item: I) => Promise<T & Storable<T>>,
  ): Promise<T[]>;
  /** What the unit at work is doing: `epoch 12`. */
  tell(detail: string): void;
}

/** @param count what is counted, and how many of it there are */
export function countedUnits(
  { progress, unit, units }: Pick<RunContext<unknown>, 'progress' | 'unit' | 'units'>,
  { label, total }: { readonly label: string; readonly total: number },
): CountedUnits {
  let done = 0;
  /** Of the unit that this process does by itself. */
  let current: string | undefined;
  const tellOf = (detail?: string) => progress({ done, total, label, ...(detail !== undefined && { detail }) });
  return {
    async unit(key, work) {
      current = key;
      tellOf(key);
      const value = await unit(key, work);
      current = undefined;
      done++;
      tellOf();
      return value;
    },
    async units(items, keyOf, work) {
      const values = await units(items, keyOf, work, { label, done, total });
      done += items.length;
      return values;
    },
    tell(detail) {
      if (current === undefined) progress({ done: 0, total: 1, detail });
      else tellOf(`${current}: ${detail}`);
    },
  };
}
