import { createModel, type ModelOptions } from '@unbraid/gfgn';
import { expect, it } from 'vitest';
import { addNetwork } from './onnx-network.ts';

it.each<ModelOptions>([
  { model: 'sage' },
  { model: 'gcn', depth: 3 },
  { model: 'gfgnPair', residual: true },
  { model: 'sgc', depth: 1 },
  { model: 'gfgnGraph', gateInputs: true },
])('a model without an ONNX form is refused, not written wrongly: %o', (options) => {
  const { settings } = createModel({ ...options, inputs: 3, classes: 2 });
  const add = () => addNetwork({} as never, { settings, params: new Float32Array() }, 'x', 'edges', undefined);
  expect(add).toThrow('model: only mlp, gcn, sgc, gat');
});
