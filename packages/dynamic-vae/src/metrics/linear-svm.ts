/** A rule that says a class of a number x: the one of the largest w·x + b. */
export interface LineClassifier {
  /** For each class that was seen in training. */
  readonly lines: readonly { readonly label: number; readonly w: number; readonly b: number }[];
}

/**
 * A linear support vector classifier of one number, one class against the rest:
 *
 *     minimize ½ (w² + b²) + Σ_i C_i max(0, 1 − y_i (w x_i + b))²
 *
 * with C_i = C · n / (K · n_class) for the class and C for the rest; with two classes both are weighted so, and one line is enough.
 * This is what `LinearSVC(C, class_weight='balanced')` of scikit-learn minimizes, solved by Newton's method: the loss is piecewise
 * quadratic, and as rows are sorted, those of a piece are told by sums up to a row.
 *
 * @param x [rows], finite
 * @param labels [rows], whole numbers from 0 to `classes` − 1
 */
export function fitLines(x: Float64Array, labels: Int32Array, classes: number, c: number): LineClassifier {
  const order = Uint32Array.from(x, (_, i) => i).sort((a, b) => x[a]! - x[b]!);
  const sortedX = Float64Array.from(order, (i) => x[i]!);
  const sortedLabels = Int32Array.from(order, (i) => labels[i]!);
  const all = sumsOf(sortedX);
  const byClass = Array.from({ length: classes }, (_, k) => sumsOf(sortedX.filter((_, i) => sortedLabels[i] === k)));
  const seen = byClass.flatMap((sums, k) => (sums.x.length > 0 ? [k] : []));
  const balanced = (k: number) => (c * x.length) / (seen.length * byClass[k]!.x.length);
  if (seen.length === 1) return { lines: [{ label: seen[0]!, w: 0, b: 0 }] };
  if (seen.length === 2) {
    const [first, second] = seen as [number, number];
    const sides: Sides = [
      { sums: byClass[second]!, sign: 1, weight: balanced(second) },
      { sums: byClass[first]!, sign: -1, weight: balanced(first) },
    ];
    const { w, b } = minimize(sides);
    return {
      lines: [
        { label: first, w: -w, b: -b },
        { label: second, w, b },
      ],
    };
  }
  const lines = seen.map((label) => {
    const one = byClass[label]!;
    // The rest is all rows but those of the class: the latter are taken away again.
    const { w, b } = minimize([
      { sums: one, sign: 1, weight: balanced(label) },
      { sums: all, sign: -1, weight: c },
      { sums: one, sign: -1, weight: -c },
    ]);
    return { label, w, b };
  });
  return { lines };
}

/** The share of rows whose class the rule says. */
export function lineAccuracy({ lines }: LineClassifier, x: Float64Array, labels: Int32Array): number {
  let right = 0;
  for (let i = 0; i < x.length; i++) {
    let best = lines[0]!;
    for (const line of lines) if (line.w * x[i]! + line.b > best.w * x[i]! + best.b) best = line;
    if (best.label === labels[i]) right++;
  }
  return right / x.length;
}

/** Sorted numbers, with sums of 1, x and x² up to each. */
interface Sums {
  readonly x: Float64Array;
  readonly first: Float64Array;
  readonly second: Float64Array;
}

/** Rows of one sign y, and their weight C. */
interface Side {
  readonly sums: Sums;
  readonly sign: 1 | -1;
  readonly weight: number;
}

type Sides = readonly Side[];

function sumsOf(x: Float64Array): Sums {
  const first = new Float64Array(x.length + 1);
  const second = new Float64Array(x.length + 1);
  for (let i = 0; i < x.length; i++) {
    first[i + 1] = first[i]! + x[i]!;
    second[i + 1] = second[i]! + x[i]! * x[i]!;
  }
  return { x, first, second };
}

/** How many of sorted numbers are below `limit`. */
function below(x: Float64Array, limit: number): number {
  let [low, high] = [0, x.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (x[middle]! < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Count, Σx and Σx² of the rows of a side that lie within the margin: y (w x + b) < 1. */
function within({ sums, sign }: Side, w: number, b: number): readonly [number, number, number] {
  const { x, first, second } = sums;
  const rows = x.length;
  if (w === 0) return sign * b < 1 ? [rows, first[rows]!, second[rows]!] : [0, 0, 0];
  const limit = (sign - b) / w;
  const cut = below(x, limit);
  return sign * w > 0
    ? [cut, first[cut]!, second[cut]!]
    : [rows - cut, first[rows]! - first[cut]!, second[rows]! - second[cut]!];
}

/** Loss, gradient and Hessian at a line: [loss, ∂w, ∂b, ∂ww, ∂wb, ∂bb]. */
function derivatives(sides: Sides, w: number, b: number): readonly number[] {
  const total = [(w * w + b * b) / 2, w, b, 1, 0, 1];
  for (const side of sides) {
    const [n, x, xx] = within(side, w, b);
    const c = side.weight;
    // With u = w x + b: (1 − y u)² = 1 − 2 y u + u², as y² = 1.
    total[0]! += c * (n - 2 * side.sign * (w * x + b * n) + w * w * xx + 2 * w * b * x + b * b * n);
    total[1]! += 2 * c * (w * xx + b * x - side.sign * x);
    total[2]! += 2 * c * (w * x + b * n - side.sign * n);
    total[3]! += 2 * c * xx;
    total[4]! += 2 * c * x;
    total[5]! += 2 * c * n;
  }
  return total;
}

const NEWTON_STEPS = 100;

function minimize(sides: Sides): { readonly w: number; readonly b: number } {
  let [w, b] = [0, 0];
  for (let step = 0; step < NEWTON_STEPS; step++) {
    const [loss, gw, gb, hww, hwb, hbb] = derivatives(sides, w, b) as [number, number, number, number, number, number];
    const determinant = hww * hbb - hwb * hwb;
    const dw = (hbb * gw - hwb * gb) / determinant;
    const db = (hww * gb - hwb * gw) / determinant;
    const decrease = gw * dw + gb * db;
    if (!(decrease > 1e-14 * (1 + loss))) break;
    let size = 1;
    while (size > 1e-10 && derivatives(sides, w - size * dw, b - size * db)[0]! > loss - 1e-4 * size * decrease)
      size /= 2;
    w -= size * dw;
    b -= size * db;
  }
  return { w, b };
}
