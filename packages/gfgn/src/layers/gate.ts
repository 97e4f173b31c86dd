import { InputError } from '@unbraid/checks';
import { mul, sigmoid, sub, type Tensor } from '@unbraid/graph';
import { glorotUniform, type ParamSpec, param, zeros } from '@unbraid/nn';
import { sparseMatmul } from '../operators/sparse-matmul.ts';
import type { Structure } from '../structure.ts';

/** What gated layers may be told. */
export interface GateOptions {
  /** λ, the largest smoothing score: 1 is a GCN's smoothing. Default 2, so that gates begin around it. */
  readonly limit?: number;
}

export const DEFAULT_LIMIT = 2;

/** @throws {InputError} unless λ is positive */
export function checkLimit(limit: number): number {
  if (limit > 0 && Number.isFinite(limit)) return limit;
  throw new InputError('setting', `gfgn: limit, the largest smoothing score, is ${limit}; it must be positive`);
}

/** A weight of a gate, [width, width]. */
export const gateWeight = (width: number): ParamSpec => param([width, width], glorotUniform, { neuronAxis: 1 });

export const gateBias = (width: number): ParamSpec => param([width], zeros);

/** λ σ(z). */
export const score = (z: Tensor, limit: number): Tensor => mul(sigmoid(z), limit);

/**
 * F = x − s ⊙ (I − Ã) x for scores that don't depend on the neighbour: they factor out of the sum over edges, so a sparse product is all
 * that walks them.
 */
export const smooth = (x: Tensor, scores: Tensor, { normalized }: Structure): Tensor =>
  sub(x, mul(scores, sub(x, sparseMatmul(normalized, x))));
