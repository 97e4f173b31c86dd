/** Functions of as many columns of unknowns each, evaluated all at once. */
export interface ManyFunctions {
  /** Unknowns of a column. */
  readonly unknowns: number;
  readonly columns: number;
  /** Columns of one function; those of function j lie side by side. */
  readonly columnsEach: number;
  /** Values of all functions and their gradients at θ, unknowns × columns; a new array each time. θ is read and may not be kept. */
  evaluate(theta: Float32Array): Promise<{ readonly values: Float64Array; readonly gradient: Float32Array }>;
}

/** When minimizing ends. */
export interface ManyStop {
  /** A function is done where a step promises a smaller share of its value, */
  readonly tolerance: number;
  /** and values below this count as this. */
  readonly floor: number;
  readonly maxEvaluations: number;
  readonly signal?: AbortSignal | undefined;
}

/** Pairs of steps and changes of the gradient that are kept. */
const PAIRS = 8;

/** Share of the promised decrease that a step has to bring (Armijo). */
const SUFFICIENT = 1e-4;

/** Values are sums in float32: a smaller share can't be told from rounding. */
const ROUNDING = 1e-6;

const MAX_HALVINGS = 12;

/** The first step as a share of the gradient: curvatures are about 1, and at most 2.5. */
const FIRST = 0.4;

/**
 * Minimizes smooth convex functions, each by L-BFGS (Nocedal and Wright, Numerical Optimization, 2006, Algorithm 7.5) with steps that are halved until
 * they bring enough; evaluated together, so that none waits for another. Returns θ where all have ended.
 */
export async function minimizeMany(
  functions: ManyFunctions,
  start: Float32Array,
  { tolerance, floor, maxEvaluations, signal }: ManyStop,
): Promise<{ readonly theta: Float32Array; readonly converged: boolean; readonly evaluations: number }> {
  const { columns, columnsEach } = functions;
  const count = columns / columnsEach;
  const inner = (a: Float32Array, b: Float32Array) => innerProducts(a, b, functions);
  let theta: Float32Array = start;
  const first = await functions.evaluate(theta);
  const values = first.values.slice();
  let gradient: Float32Array = first.gradient;
  const history: Pair[] = [];
  const isDone = new Uint8Array(count);
  const steps = new Int32Array(count);
  const [step, halvings] = [new Float64Array(count).fill(1), new Int32Array(count)];
  let direction: Float32Array = descent(gradient, history, functions, inner);
  let promised = inner(gradient, direction);
  let evaluations = 1;
  for (;;) {
    for (let j = 0; j < count; j++) {
      // What a first step promises is a guess, since nothing is known of the curvature yet.
      const isKnown = steps[j]! > 0 || promised[j] === 0;
      if (isKnown && halvings[j] === 0 && -promised[j]! <= tolerance * Math.max(floor, values[j]!)) isDone[j] = 1;
      if (isDone[j]) step[j] = 0;
    }
    if (isDone.every((done) => done === 1) || evaluations >= maxEvaluations) break;
    signal?.throwIfAborted();
    const trial = moved(theta, direction, step, functions);
    const next = await functions.evaluate(trial);
    evaluations++;
    const isAccepted = new Uint8Array(count);
    for (let j = 0; j < count; j++) {
      if (isDone[j]) continue;
      const slack = ROUNDING * Math.abs(values[j]!);
      if (next.values[j]! <= values[j]! + SUFFICIENT * step[j]! * promised[j]! + slack) isAccepted[j] = 1;
      else if (++halvings[j]! > MAX_HALVINGS) isDone[j] = 1;
      else step[j]! /= 2;
    }
    const kept = where(isAccepted, functions);
    const pair = pairOf({ theta, trial, gradient, next: next.gradient, isAccepted: kept }, inner);
    history.push(pair);
    if (history.length > PAIRS) history.shift();
    theta = chosen(trial, theta, kept);
    gradient = chosen(next.gradient, gradient, kept);
    const renewed = descent(gradient, history, functions, inner);
    direction = chosen(renewed, direction, kept);
    promised = inner(gradient, direction);
    for (let j = 0; j < count; j++) {
      if (!isAccepted[j]) continue;
      values[j] = next.values[j]!;
      steps[j]!++;
      [step[j], halvings[j]] = [1, 0];
    }
  }
  return { theta, converged: evaluations < maxEvaluations, evaluations };
}

/** A step and the change of the gradient along it. */
interface Pair {
  readonly s: Float32Array;
  readonly y: Float32Array;
  /** 1/(s·y) of each function; 0 for those that took no step. */
  readonly rho: Float64Array;
  /** s·y / y·y; 0 likewise */
  readonly gamma: Float64Array;
}

type Inner = (a: Float32Array, b: Float32Array) => Float64Array;

function innerProducts(a: Float32Array, b: Float32Array, { columns, columnsEach }: ManyFunctions): Float64Array {
  const sums = new Float64Array(columns);
  for (let at = 0; at < a.length; at += columns) {
    for (let j = 0; j < columns; j++) sums[j]! += a[at + j]! * b[at + j]!;
  }
  if (columnsEach === 1) return sums;
  return Float64Array.from({ length: columns / columnsEach }, (_, f) => {
    let sum = 0;
    for (let j = f * columnsEach; j < (f + 1) * columnsEach; j++) sum += sums[j]!;
    return sum;
  });
}

/** −H g by the two loops over pairs. */
function descent(
  gradient: Float32Array,
  history: readonly Pair[],
  functions: ManyFunctions,
  inner: Inner,
): Float32Array {
  const out = gradient.slice();
  const shares: Float64Array[] = [];
  for (let i = history.length - 1; i >= 0; i--) {
    const { s, y, rho } = history[i]!;
    const share = inner(s, out).map((value, j) => value * rho[j]!);
    shares[i] = share;
    addScaled(out, y, share, -1, functions);
  }
  const gamma = scales(history, functions.columns / functions.columnsEach);
  scale(out, gamma, functions);
  history.forEach(({ s, y, rho }, i) => {
    const share = inner(y, out);
    addScaled(
      out,
      s,
      shares[i]!.map((value, j) => value - rho[j]! * share[j]!),
      1,
      functions,
    );
  });
  for (let i = 0; i < out.length; i++) out[i] = -out[i]!;
  return out;
}

/** Of each function's latest pair. */
function scales(history: readonly Pair[], count: number): Float64Array {
  const gamma = new Float64Array(count).fill(FIRST);
  for (const pair of history) {
    for (let j = 0; j < count; j++) if (pair.gamma[j]! > 0) gamma[j] = pair.gamma[j]!;
  }
  return gamma;
}

function addScaled(
  into: Float32Array,
  what: Float32Array,
  factors: Float64Array,
  sign: number,
  { columns, columnsEach }: ManyFunctions,
): void {
  const each = spread(factors, columns, columnsEach, sign);
  for (let at = 0; at < into.length; at += columns) {
    for (let j = 0; j < columns; j++) into[at + j]! += each[j]! * what[at + j]!;
  }
}

function scale(into: Float32Array, factors: Float64Array, { columns, columnsEach }: ManyFunctions): void {
  const each = spread(factors, columns, columnsEach, 1);
  for (let at = 0; at < into.length; at += columns) for (let j = 0; j < columns; j++) into[at + j]! *= each[j]!;
}

const spread = (factors: Float64Array, columns: number, columnsEach: number, sign: number): Float64Array =>
  Float64Array.from({ length: columns }, (_, j) => sign * factors[Math.floor(j / columnsEach)]!);

function moved(
  theta: Float32Array,
  direction: Float32Array,
  step: Float64Array,
  functions: ManyFunctions,
): Float32Array {
  const out = theta.slice();
  addScaled(out, direction, step, 1, functions);
  return out;
}

/** By function to by column. */
const where = (isAccepted: Uint8Array, { columns, columnsEach }: ManyFunctions): Uint8Array =>
  Uint8Array.from({ length: columns }, (_, j) => isAccepted[Math.floor(j / columnsEach)]!);

/** Columns of the one where `is` says so, else of the other. */
function chosen(one: Float32Array, other: Float32Array, is: Uint8Array): Float32Array {
  const out = other.slice();
  for (let at = 0; at < out.length; at += is.length) {
    for (let j = 0; j < is.length; j++) if (is[j]) out[at + j] = one[at + j]!;
  }
  return out;
}

interface Step {
  readonly theta: Float32Array;
  readonly trial: Float32Array;
  readonly gradient: Float32Array;
  readonly next: Float32Array;
  readonly isAccepted: Uint8Array;
}

function pairOf({ theta, trial, gradient, next, isAccepted }: Step, inner: Inner): Pair {
  const columns = isAccepted.length;
  const [s, y] = [new Float32Array(theta.length), new Float32Array(theta.length)];
  for (let at = 0; at < s.length; at += columns) {
    for (let j = 0; j < columns; j++) {
      if (!isAccepted[j]) continue;
      s[at + j] = trial[at + j]! - theta[at + j]!;
      y[at + j] = next[at + j]! - gradient[at + j]!;
    }
  }
  const [along, change] = [inner(s, y), inner(y, y)];
  const rho = along.map((value, j) => (value > ROUNDING * change[j]! ? 1 / value : 0));
  return { s, y, rho, gamma: along.map((value, j) => (rho[j]! > 0 ? value / change[j]! : 0)) };
}
