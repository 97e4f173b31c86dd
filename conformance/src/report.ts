import type { Case } from './cases.ts';
import type { Binding } from './run-case.ts';

/** What became of a test. */
export interface Outcome {
  readonly each: Case;
  /** Why it is none of ours. */
  readonly reason?: string | undefined;
  /** What is wrong; undefined where it passed. */
  readonly failure?: string | undefined;
  readonly binding?: Binding | undefined;
  /** Set where derivatives were checked. */
  readonly gradient?: { readonly fault: string | undefined } | undefined;
}

interface Count {
  readonly passed: number;
  readonly failed: number;
  readonly notApplicable: number;
}

/** What `--json` prints. */
export interface Report extends Count {
  /** How many aren't applicable, by reason. */
  readonly reasons: Readonly<Record<string, number>>;
  /** How many passed with which inputs known when the graph is built. */
  readonly knownInputs: Readonly<Record<string, number>>;
  readonly byOperator: Readonly<Record<string, Count>>;
  /** Of derivatives, where they were checked. */
  readonly gradients?: { readonly passed: number; readonly failed: number };
}

const countOf = (outcomes: readonly Outcome[]): Count => ({
  passed: outcomes.filter(({ reason, failure }) => reason === undefined && failure === undefined).length,
  failed: outcomes.filter(({ failure }) => failure !== undefined).length,
  notApplicable: outcomes.filter(({ reason }) => reason !== undefined).length,
});

/** How many of each key there are, the most first. */
function tally(keys: readonly string[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([, a], [, b]) => b - a));
}

/**
 * The operator that a test is of: that of its one node; of a node written out as the function that it stands for, the node's; else all of the file's
 * together.
 */
function subjectOf({ name, operators, kind }: Case, singles: ReadonlyMap<string, string>): string {
  if (operators.length === 1) return operators[0]!;
  if (kind !== 'node') return `(${kind})`;
  const plain = name.replace(/_expanded(_function)?(_ver\d+)?$/, '');
  return singles.get(plain) ?? '(several)';
}

/** Counts by operator and reason. */
export function report(outcomes: readonly Outcome[]): Report {
  const singles = new Map(
    outcomes.flatMap(({ each: { name, operators } }) =>
      operators.length === 1 ? [[name, operators[0]!] as const] : [],
    ),
  );
  const groups = new Map<string, Outcome[]>();
  for (const outcome of outcomes) {
    const subject = subjectOf(outcome.each, singles);
    groups.set(subject, [...(groups.get(subject) ?? []), outcome]);
  }
  const byOperator = [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, all]) => [name, countOf(all)] as const);
  const derived = outcomes.flatMap(({ gradient }) => (gradient ? [gradient] : []));
  return {
    ...countOf(outcomes),
    reasons: tally(outcomes.flatMap(({ reason }) => (reason === undefined ? [] : [reason]))),
    knownInputs: tally(
      outcomes.flatMap(({ reason, failure, binding }) =>
        (reason ?? failure ?? undefined) === undefined && binding ? [binding] : [],
      ),
    ),
    byOperator: Object.fromEntries(byOperator),
    ...(derived.length > 0 && {
      gradients: {
        passed: derived.filter(({ fault }) => fault === undefined).length,
        failed: derived.filter(({ fault }) => fault !== undefined).length,
      },
    }),
  };
}

/** A line about derivatives. */
export function reportGradients(outcomes: readonly Outcome[]): string {
  const { gradients } = report(outcomes);
  return gradients
    ? `derivatives of ${gradients.passed + gradients.failed} tests: ${gradients.passed} right, ${gradients.failed} wrong`
    : 'no derivatives to check';
}
