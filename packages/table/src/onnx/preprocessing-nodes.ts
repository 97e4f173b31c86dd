import { DOUBLE, FLOAT, type GraphBuilder, INT64 } from '@unbraid/onnx/proto';
import { DAY, FIRST_WEEKDAY, YEAR } from '../prepare/dates.ts';
import { encoderOf } from '../prepare/encoder.ts';
import { LAST_DATE } from '../prepare/entries.ts';
import {
  type BooleanPlan,
  type ColumnPlan,
  type DatePlan,
  FARTHEST,
  type MeansPlan,
  type NumberPlan,
  type OneHotPlan,
} from '../prepare/plan.ts';

/** A value of the graph, [rows, its columns], and the feature that each of its columns is. */
interface Part {
  readonly name: string;
  readonly features: readonly number[];
}

type ValuePlan = NumberPlan | BooleanPlan | DatePlan;

/** A plan, the name of the input that its column comes by, and its first feature. */
interface Placed<P extends ColumnPlan = ColumnPlan> {
  readonly plan: P;
  readonly input: string;
  readonly at: number;
}

/**
 * Adds the nodes that make the features of raw columns, by the operations of `transform` in the same order and precision: float64 up to the features.
 * @returns the name of the features: float32 [rows, features]
 */
export function preprocessingNodes(build: GraphBuilder, columns: readonly Placed[]): string {
  const values = columns.filter((each): each is Placed<ValuePlan> => 'indicator' in each.plan);
  const categories = columns.filter((each): each is Placed<OneHotPlan | MeansPlan> => each.plan.use === 'category');
  const parts = [
    ...(values.length > 0 ? valueNodes(build, values) : []),
    ...categories.map((each) => categoryNodes(build, each)),
  ];
  const order = parts.flatMap(({ features }) => features);
  const all =
    parts.length === 1
      ? parts[0]!.name
      : concat(
          build,
          parts.map(({ name }) => name),
        );
  if (order.every((feature, at) => feature === at)) return all;
  return pick(
    build,
    all,
    [...order.keys()].sort((a, b) => order[a]! - order[b]!),
  );
}

const concat = (build: GraphBuilder, names: readonly string[]): string =>
  build.node('Concat', names, { axis: { integer: 1 } });
const cast = (build: GraphBuilder, name: string, to: number): string =>
  build.node('Cast', [name], { to: { integer: to } });
const pick = (build: GraphBuilder, name: string, columns: readonly number[]): string =>
  build.node('Gather', [name, build.integers(columns)], { axis: { integer: 1 } });
const clip = (build: GraphBuilder, name: string, most: number): string =>
  build.node('Clip', [name, build.doubles([-most], []), build.doubles([most], [])]);

/** All columns of numbers, yes and no, and dates at once: few nodes however many columns. */
function valueNodes(build: GraphBuilder, columns: readonly Placed<ValuePlan>[]): Part[] {
  const raw = concat(
    build,
    columns.map(({ input }) => input),
  );
  const missing = build.node('IsNaN', [raw]);
  const usual = build.doubles(columns.map(({ plan }) => (plan.use === 'boolean' ? plan.fill : plan.median)));
  const filled = build.node('Where', [missing, usual, raw]);
  return [
    ...scaled(build, columns, filled),
    ...indicators(build, columns, missing),
    ...columns.flatMap(({ plan, at }, j) => (plan.use === 'date' ? dateNodes(build, plan, at, filled, j) : [])),
  ];
}

function scaled(build: GraphBuilder, columns: readonly Placed<ValuePlan>[], filled: string): Part[] {
  const used = columns.flatMap(({ plan, at }, j) => {
    // Yes and no stay 1 and 0, which this scale leaves as they are.
    const scale =
      plan.use === 'boolean'
        ? plan.varies
          ? { mean: 0, scale: 1, limit: FARTHEST }
          : undefined
        : plan.standardization;
    return scale ? [{ ...scale, at, j }] : [];
  });
  if (used.length === 0) return [];
  const chosen =
    used.length === columns.length
      ? filled
      : pick(
          build,
          filled,
          used.map(({ j }) => j),
        );
  const centred = build.node('Sub', [chosen, build.doubles(used.map(({ mean }) => mean))]);
  const divided = build.node('Div', [centred, build.doubles(used.map(({ scale }) => scale))]);
  const limits = used.map(({ limit }) => limit);
  const below = build.node('Min', [divided, build.doubles(limits)]);
  const within = build.node('Max', [below, build.doubles(limits.map((limit) => -limit))]);
  return [{ name: cast(build, within, FLOAT), features: used.map(({ at }) => at) }];
}

function indicators(build: GraphBuilder, columns: readonly Placed<ValuePlan>[], missing: string): Part[] {
  const used = columns.flatMap(({ plan, at }, j) => (plan.indicator ? [{ feature: at + widthOf(plan) - 1, j }] : []));
  if (used.length === 0) return [];
  const chosen = pick(
    build,
    cast(build, missing, FLOAT),
    used.map(({ j }) => j),
  );
  return [{ name: chosen, features: used.map(({ feature }) => feature) }];
}

/** How many features a column has; the indicator is the last. */
function widthOf(plan: ValuePlan): number {
  const indicator = plan.indicator ? 1 : 0;
  if (plan.use === 'boolean') return indicator + (plan.varies ? 1 : 0);
  const scale = plan.standardization ? 1 : 0;
  if (plan.use === 'number') return indicator + scale;
  return indicator + scale + (plan.year ? 2 : 0) + plan.weekdays.length + (plan.day ? 2 : 0);
}

function dateNodes(build: GraphBuilder, plan: DatePlan, start: number, filled: string, column: number): Part[] {
  if (!plan.year && !plan.day && plan.weekdays.length === 0) return [];
  // What is no date must not become a day of the week out of 0 to 6.
  const time = clip(build, pick(build, filled, [column]), LAST_DATE);
  const parts: Part[] = [];
  let at = start + (plan.standardization ? 1 : 0);
  const circle = (period: number): void => {
    const angle = build.node('Mul', [partPassed(build, time, period), build.doubles([2 * Math.PI], [])]);
    for (const type of ['Sin', 'Cos'])
      parts.push({ name: cast(build, build.node(type, [angle]), FLOAT), features: [at++] });
  };
  if (plan.year) circle(YEAR);
  if (plan.weekdays.length > 0) {
    parts.push({ name: weekdayNodes(build, time, plan.weekdays), features: plan.weekdays.map((_, i) => at + i) });
    at += plan.weekdays.length;
  }
  if (plan.day) circle(DAY);
  return parts;
}

/** `partPassed` of dates. */
function partPassed(build: GraphBuilder, time: string, period: number): string {
  const length = build.doubles([period], []);
  const whole = build.node('Mul', [build.node('Floor', [build.node('Div', [time, length])]), length]);
  return build.node('Div', [build.node('Sub', [time, whole]), length]);
}

/** `weekdayOf` of dates, and the features of that day from a table. */
function weekdayNodes(build: GraphBuilder, time: string, weekdays: readonly number[]): string {
  const days = build.node('Floor', [build.node('Div', [time, build.doubles([DAY], [])])]);
  const week = build.doubles([7], []);
  const day = build.node('Add', [days, build.doubles([FIRST_WEEKDAY], [])]);
  const weeks = build.node('Mul', [build.node('Floor', [build.node('Div', [day, week])]), week]);
  const table = new Float32Array(7 * weekdays.length);
  weekdays.forEach((each, j) => {
    table[each * weekdays.length + j] = 1;
  });
  return lookUp(build, cast(build, build.node('Sub', [day, weeks]), INT64), table, weekdays.length);
}

/** Rows of a table by number: [rows, 1] to [rows, cols]. */
function lookUp(build: GraphBuilder, places: string, table: Float32Array, cols: number): string {
  const found = build.node('Gather', [build.floats(table, [table.length / cols, cols]), places], {
    axis: { integer: 0 },
  });
  return build.node('Squeeze', [found, build.integers([1])]);
}

/** Categories as the rows of the encoder's table. */
function categoryNodes(build: GraphBuilder, { plan, input, at }: Placed<OneHotPlan | MeansPlan>): Part {
  const { places, table, cols, unknown, missing } = encoderOf(plan);
  // Rare levels have the row of those that were never seen anyway.
  const known = [...places].filter(([, place]) => place !== unknown);
  const features = Array.from({ length: cols }, (_, j) => at + j);
  const integers = (type: number, typed: readonly number[]) => ({
    tensor: { name: 'tensor', shape: [typed.length], type, typed },
  });
  if (plan.kind === 'text') {
    const place = build.ml('LabelEncoder', [input], {
      keys_strings: { texts: [...known.map(([level]) => String(level)), ''] },
      values_int64s: { integers: [...known.map(([, row]) => row), missing] },
      default_int64: { integer: unknown },
    });
    return { name: lookUp(build, place, table, cols), features };
  }
  const place =
    known.length === 0
      ? build.node('Mul', [cast(build, build.node('IsNaN', [input]), INT64), build.integers([0])])
      : build.ml('LabelEncoder', [input], {
          keys_tensor: integers(
            DOUBLE,
            known.map(([level]) => Number(level)),
          ),
          values_tensor: integers(
            INT64,
            known.map(([, row]) => row),
          ),
          default_tensor: integers(INT64, [unknown]),
        });
  const isMissing = build.node('IsNaN', [input]);
  return {
    name: lookUp(build, build.node('Where', [isMissing, build.integers([missing]), place]), table, cols),
    features,
  };
}
