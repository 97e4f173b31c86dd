import type { ColumnPlan } from './plan.ts';

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

/** Names of the features that a column gives, in their order. */
export function namesOf(plan: ColumnPlan): string[] {
  const { name } = plan;
  switch (plan.use) {
    case 'leave-out':
      return [];
    case 'number':
      return [...(plan.standardization ? [name] : []), ...(plan.indicator ? [`${name} (missing)`] : [])];
    case 'boolean':
      return [...(plan.varies ? [name] : []), ...(plan.indicator ? [`${name} (missing)`] : [])];
    case 'date':
      return [
        ...(plan.standardization ? [name] : []),
        ...(plan.year ? [`${name} (year sin)`, `${name} (year cos)`] : []),
        ...plan.weekdays.map((day) => `${name}=${WEEKDAYS[day]}`),
        ...(plan.day ? [`${name} (day sin)`, `${name} (day cos)`] : []),
        ...(plan.indicator ? [`${name} (missing)`] : []),
      ];
    case 'category':
      if (plan.encoding === 'means') return plan.of.map((each) => `${name} (mean of ${each})`);
      return [
        ...plan.levels.map((level) => `${name}=${level}`),
        ...(plan.rare.length > 0 ? [`${name} (other)`] : []),
        ...(plan.missing ? [`${name} (missing)`] : []),
      ];
  }
}

/** The same names, where one comes again with a number behind it. */
export function unique(names: readonly string[]): string[] {
  const taken = new Set(names);
  const given = new Set<string>();
  return names.map((name) => {
    let own = name;
    for (let n = 2; given.has(own); n++) own = taken.has(`${name} (${n})`) ? own : `${name} (${n})`;
    given.add(own);
    return own;
  });
}
