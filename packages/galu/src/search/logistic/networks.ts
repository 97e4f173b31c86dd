import type { Runtime, Scope } from '@unbraid/graph';
import { dot, norm } from '../../vectors.ts';
import type { Design } from '../design.ts';
import { type ManyStop, minimizeMany } from './minimize-many.ts';
import { compileObjective } from './objective.ts';
import { type Conditioner, CURVATURE, conditionerOf, inverted, type Sketch } from './sketch.ts';

const MAX_EVALUATIONS = 150;

/** Small losses need no more exactness than those of so much a row. */
const LOSS_FLOOR = 0.02;

/** Fits of one ridge. */
export interface Fitted {
  readonly ridge: number;
  readonly evaluations: number;
  /** Outputs of all rows, m × columns */
  readonly outputs: Float32Array;
  /** V, p × columns */
  readonly v: Float32Array;
  /** b of centred features, by column */
  readonly b: Float32Array;
  /** b of features as they are. */
  readonly shift: Float32Array;
}

/** What networks with the same gates are fitted with. */
export interface Networks {
  readonly design: Design;
  readonly sketch: Sketch;
  readonly exclusive: boolean;
  readonly folds: number;
  readonly runtime: Runtime;
}

/** V, p × columns, and b of centred features, by column. */
export type Start = Pick<Fitted, 'v' | 'b'>;

/** From where networks of a ridge are fitted to the rows that masks say. */
export interface FitOf {
  readonly ridge: number;
  readonly from: Start;
  readonly masks: Float32Array;
}

/** Fits of networks, a fold each or one of all rows, with graphs that are compiled once. */
export interface ManyFits {
  /** @throws the signal's reason when it is aborted */
  fit(of: FitOf, stop: Pick<ManyStop, 'tolerance' | 'signal'>): Promise<Fitted>;
  /** The mean loss of a row, and the norm of the gradient in V and b, of all networks together. */
  measure(of: FitOf): Promise<{ readonly error: number; readonly gradient: number }>;
  /** 0 or 1, m × classes */
  readonly targets: Float32Array;
}

export async function networksOf(
  scope: Scope,
  { design, sketch, exclusive, folds, runtime }: Networks,
): Promise<ManyFits> {
  const { x, y, gates, intercept } = design;
  const p = gates.data.length;
  const classes = y.cols;
  const columns = folds * classes;
  const targets = Float32Array.from(y.data, (value) => (value > 0 ? 1 : 0));
  const objective = await compileObjective(scope, { ...design, sketch, exclusive, classes, folds, targets }, runtime);
  // An unknown b is scaled to a curvature of about 1, as the others are.
  const unit = 1 / Math.sqrt(CURVATURE * x.rows);
  const parts = (theta: Float32Array) =>
    [theta.subarray(0, p * columns), theta.subarray(p * columns).map((value) => value * unit)] as const;

  /** θ of V and b. */
  function thetaOf({ v, b }: Start, conditioner: Conditioner): Float32Array {
    const theta = new Float32Array((p + 1) * columns);
    theta.set(inverted(sketch, conditioner, v, columns));
    if (intercept) {
      theta.set(
        b.map((value) => value / unit),
        p * columns,
      );
    }
    return theta;
  }

  const fit: ManyFits['fit'] = async ({ ridge, from, masks }, stop) => {
    const conditioner = conditionerOf(sketch, ridge);
    const given = { ridge, conditioner, masks };
    const functions = {
      unknowns: p + 1,
      columns,
      columnsEach: exclusive ? classes : 1,
      async evaluate(theta: Float32Array) {
        const { values, gradient } = await objective.evaluate(...parts(theta), given);
        for (let at = p * columns; at < gradient.length; at++) gradient[at]! *= unit;
        return { values, gradient };
      },
    };
    const { theta, evaluations } = await minimizeMany(functions, thetaOf(from, conditioner), {
      ...stop,
      floor: LOSS_FLOOR * x.rows,
      maxEvaluations: MAX_EVALUATIONS,
    });
    const [main, b] = parts(theta);
    const { outputs, v, shift } = await objective.outputs(main, b, given);
    return { ridge, evaluations, outputs: outputs.slice(), v: v.slice(), b, shift: shift.slice() };
  };

  const measure: ManyFits['measure'] = async ({ ridge, from, masks }) => {
    const conditioner = conditionerOf(sketch, ridge);
    const theta = thetaOf(from, conditioner);
    const { values, gradient } = await objective.evaluate(...parts(theta), { ridge, conditioner, masks });
    const inV = inverted(sketch, conditioner, gradient.subarray(0, p * columns), columns);
    const objectives = values.reduce((sum, value) => sum + value, 0);
    return {
      error: (objectives - ridge * dot(from.v, from.v)) / x.rows,
      gradient: Math.hypot(norm(inV), norm(gradient.subarray(p * columns))),
    };
  };

  return { fit, measure, targets };
}
