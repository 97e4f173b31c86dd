import { InputError } from '@unbraid/checks';
import type { Scope } from '@unbraid/graph';
import type { Design } from './design.ts';
import { dualPath } from './dual.ts';
import { rowsOfBlock } from './moments-graph.ts';
import { type FoldPath, type PathPlan, primalPath } from './primal.ts';
import { tilingOf } from './tiles.ts';

/** Unknowns up to which normal equations are solved directly. */
const MOST_UNKNOWNS = 6144;

const GIGABYTE = 1e9;

/** A path of ridges for a design, with some rows left out, by the smaller of both problems. */
export async function squaredPath(scope: Scope, design: Design, plan: PathPlan, available: number): Promise<FoldPath> {
  const isDual = usesKernel(design);
  checkPath(design, plan, available);
  return isDual ? dualPath(scope, design, plan) : primalPath(scope, design, plan);
}

const usesKernel = ({ x, a, gates }: Design): boolean => x.rows * a.cols < gates.data.length;

/** Bytes that a path takes beside X and Y, with what is kept of one for the fit of all rows. */
function pathBytes(design: Design, { folds, ridges }: Pick<PathPlan, 'folds' | 'ridges'>): number {
  const { x, a, y, gates } = design;
  const p = gates.data.length;
  if (usesKernel(design)) {
    const n = x.rows * a.cols;
    return 8 * (n * n * 3 + 3 * tilingOf(n).size);
  }
  const { size } = tilingOf(p);
  return 8 * ((folds.length + 7) * size + 4 * p * rowsOfBlock(p, x.rows) + 2 * p * ridges.length * y.cols);
}

/** @throws {InputError} for a path that needs more unknowns than are solved directly, or more than `available` bytes, with what it would take */
function checkPath(design: Design, plan: PathPlan, available: number): void {
  const { x, a, gates } = design;
  const unknowns = usesKernel(design) ? x.rows * a.cols : gates.data.length;
  const sizes = `${x.rows} rows and k·d = ${gates.rows} · ${gates.cols}`;
  if (unknowns > MOST_UNKNOWNS) {
    throw new InputError(
      'limit',
      `galu: a path of ridges for ${sizes} has ${unknowns} unknowns; ${MOST_UNKNOWNS} are the most, so use fewer neurons, or createGalu for one ridge after another`,
    );
  }
  const bytes = pathBytes(design, plan);
  if (bytes <= available) return;
  throw new InputError(
    'limit',
    `galu: a path of ridges for ${sizes} would take ${(bytes / GIGABYTE).toFixed(1)} GB beside the data, ${(available / GIGABYTE).toFixed(1)} GB are available; ` +
      'use fewer neurons or folds, or raise availableBytes',
  );
}
