import { decoded } from '../address.ts';

/** Whether small or large values of a result are good; absent: nobody has said. */
export type Goals = Readonly<Record<string, 'min' | 'max'>>;

/** Reads `error:min,accuracy:max`. */
export function parseGoals(text: string | undefined): Goals {
  const pairs = (text ?? '').split(',').map((each) => {
    const at = each.lastIndexOf(':');
    return [decoded(each.slice(0, at)), each.slice(at + 1)] as const;
  });
  return Object.fromEntries(
    pairs.filter((pair): pair is [string, 'min' | 'max'] => pair[1] === 'min' || pair[1] === 'max'),
  );
}

export const formatGoals = (goals: Goals): string =>
  Object.entries(goals)
    .map(([name, goal]) => `${encodeURIComponent(name)}:${goal}`)
    .join(',');

/** What comes after: large is good, small is good, nobody says. */
export function nextGoal(goals: Goals, name: string): Goals {
  const { [name]: now, ...rest } = goals;
  if (now === 'max') return rest;
  return { ...rest, [name]: now === 'min' ? 'max' : 'min' };
}
