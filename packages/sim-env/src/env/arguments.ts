import { EnvError } from '../env-error.ts';
import { checkSettings, type Rule, type Rules } from '../settings.ts';

/** What an argument of a model may be, and what it is where nobody gives it. Plain data: it can be shown, sent and stored. */
export type ArgumentRule =
  | {
      readonly type: 'integer' | 'number';
      readonly default: number;
      readonly minimum?: number;
      readonly maximum?: number;
    }
  | { readonly type: 'boolean'; readonly default: boolean }
  | { readonly type: 'text'; readonly default: string; readonly oneOf?: readonly string[] };

/** The arguments of a model by name. */
export type ArgumentRules = Readonly<Record<string, ArgumentRule>>;

/** What is given for them. */
export type ArgumentValues = Readonly<Record<string, number | boolean | string>>;

interface TypeOf {
  readonly integer: number;
  readonly number: number;
  readonly boolean: boolean;
  readonly text: string;
}

/** What a model gets: all of its arguments. */
export type ArgumentsOf<R extends ArgumentRules> = { readonly [K in keyof R]: TypeOf[R[K]['type']] };

/**
 * The arguments that are given, and the defaults of those that are not.
 *
 * @param where begins the message: the environment's name
 * @throws EnvError for an argument that there is not, with the nearest that there is, or a value that its rule doesn't allow
 */
export function completeArguments<R extends ArgumentRules>(where: string, rules: R, given: unknown): ArgumentsOf<R> {
  const values = (given ?? {}) as ArgumentValues;
  const names = Object.keys(rules);
  const [first] = Object.keys(values);
  if (names.length === 0 && first !== undefined)
    throw new EnvError('setting', `sim-env: ${where}: its model takes no arguments, got ${first}`);
  if (names.length > 0) checkSettings(where, values, checksOf(rules), 'argument');
  return Object.fromEntries(names.map((name) => [name, values[name] ?? rules[name]!.default])) as ArgumentsOf<R>;
}

/**
 * That rules make sense: each has a type there is, and a default that it allows itself.
 *
 * @throws EnvError that names the first which doesn't
 */
export function checkArgumentRules(where: string, rules: ArgumentRules): void {
  for (const [name, rule] of Object.entries(rules)) {
    if (!TYPES.includes(rule.type)) {
      throw new EnvError(
        'setting',
        `sim-env: ${where}: the argument ${name} is of type ${String(rule.type)}; types are ${TYPES.join(', ')}`,
      );
    }
    checkSettings(where, { [name]: rule.default ?? null }, { [name]: checkOf(rule) }, 'default of argument');
  }
}

const TYPES: readonly string[] = ['integer', 'number', 'boolean', 'text'] satisfies (keyof TypeOf)[];

const checksOf = (rules: ArgumentRules): Rules =>
  Object.fromEntries(Object.entries(rules).map(([name, rule]) => [name, checkOf(rule)]));

function checkOf(rule: ArgumentRule): Rule {
  switch (rule.type) {
    case 'boolean':
      return { expected: 'true or false', holds: (value) => typeof value === 'boolean' };
    case 'text':
      return rule.oneOf === undefined
        ? { expected: 'a text', holds: (value) => typeof value === 'string' }
        : { expected: rule.oneOf.join(' or '), holds: (value) => rule.oneOf!.includes(value as string) };
    default: {
      const { minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY } = rule;
      const is = rule.type === 'integer' ? Number.isSafeInteger : Number.isFinite;
      return {
        expected: `${rule.type === 'integer' ? 'an integer' : 'a finite number'}${span(rule)}`,
        holds: (value) => is(value) && (value as number) >= minimum && (value as number) <= maximum,
      };
    }
  }
}

function span({ minimum, maximum }: { readonly minimum?: number; readonly maximum?: number }): string {
  if (minimum === undefined) return maximum === undefined ? '' : `, at most ${maximum}`;
  return maximum === undefined ? `, ${minimum} or more` : ` from ${minimum} to ${maximum}`;
}
