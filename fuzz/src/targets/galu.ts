import assert from 'node:assert/strict';
import { createMatrix, decodeSafetensors, encodeSafetensors } from '@unbraid/data';
import { parseGalu } from '@unbraid/galu';
import type { ByteTarget } from '../target.ts';

const tensor = (shape: readonly number[]) => ({
  dtype: 'F32' as const,
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(i)),
});

/** A saved network of k gates, d inputs and c outputs. */
function saved(task: object, [k, d, c]: readonly [number, number, number], version: 1 | 2): Uint8Array {
  const report = { iterations: 3, stopped: 'tolerance', error: 0.5, gradient: 1e-7, method: 'primal', seconds: 0.1 };
  const now = { converged: true, warnings: ['galu: a warning'] };
  return encodeSafetensors(
    {
      gates: tensor([k, d]),
      weights: tensor([k, d]),
      a: tensor([k, c]),
      ...(version === 2 && { intercept: tensor([c]) }),
    },
    {
      format: `unbraid-galu-${version}`,
      task: JSON.stringify(task),
      ...(version === 2 && { loss: 'squared' }),
      report: JSON.stringify(version === 2 ? { ...report, ...now } : report),
    },
  );
}

/** What `loadGalu` makes of the content of a file. */
export const galu: ByteTarget = {
  name: 'galu',
  seeds: () => [
    saved({ kind: 'regression' }, [3, 2, 1], 1),
    saved({ kind: 'regression' }, [3, 2, 2], 2),
    saved({ kind: 'classification', classes: 2 }, [2, 4, 1], 2),
    saved({ kind: 'classification', classes: 3 }, [4, 1, 3], 2),
    saved({ kind: 'multilabel', labels: 2 }, [3, 3, 2], 2),
  ],
  run(bytes) {
    const { network, report } = parseGalu(decodeSafetensors(bytes), 'model.safetensors');
    const { gates, weights, a, intercept, task } = network;
    const [k, d, c] = [gates.rows, gates.cols, a.cols];
    for (const [matrix, rows, cols] of [
      [gates, k, d],
      [weights, k, d],
      [a, k, c],
      [createMatrix(1, intercept.length, intercept), 1, c],
    ] as const) {
      assert.deepEqual([matrix.rows, matrix.cols, matrix.data.length], [rows, cols, rows * cols]);
      assert.ok(matrix.data.every(Number.isFinite));
    }
    assert.ok(k > 0 && d > 0 && c > 0);
    if (task.kind === 'classification') assert.equal(c, task.classes === 2 ? 1 : task.classes);
    if (task.kind === 'multilabel') assert.equal(c, task.labels);
    for (const value of [report.error, report.gradient, report.seconds, report.iterations]) {
      assert.ok(Number.isFinite(value) && value >= 0);
    }
  },
};
