import {
  compile,
  f32,
  grad,
  layoutOf,
  leavesOf,
  mul,
  reduceSum,
  type Tensor,
  type TensorSpec,
  trace,
} from '@unbraid/graph';
import { nodeRuntime } from '@unbraid/graph/node';
import { csrFromEntries } from '@unbraid/kernels';
import { inference } from '@unbraid/nn';
import { describe, expect, it } from 'vitest';
import { applyLayer, buildNetwork, describeNetwork, structureOf } from '../src/index.ts';
import fixture from './fixtures/layers.json' with { type: 'json' };

const runtime = nodeRuntime({ threads: 1 });
const { nodes, cases } = fixture;

type Graphs = Record<string, { directed: boolean; rows: number[]; columns: number[]; weights: number[] }>;

/** In a directed graph the fixture's rows hear of its columns; a matrix of ours has an edge from its row to its column. */
function structureFor(name: string) {
  const { directed, rows, columns, weights } = (fixture.graphs as Graphs)[name]!;
  const ends = directed ? { rows: columns, columns: rows } : { rows, columns };
  const selfLoops = name === 'with self loops' ? 'keep' : 'one';
  return structureOf(csrFromEntries(nodes, nodes, { ...ends, values: weights }), { directed, selfLoops });
}

function expectClose(what: string, found: ArrayLike<number>, expected: readonly number[]) {
  expect(found.length, what).toBe(expected.length);
  const scale = expected.reduce((most, x) => Math.max(most, Math.abs(x)), 1);
  const worst = expected.reduce((most, x, i) => Math.max(most, Math.abs(x - found[i]!)), 0);
  expect(worst / scale, what).toBeLessThan(1e-5);
}

describe('a layer has the output and the gradients of PyTorch Geometric, or of its paper', () => {
  it.each(cases.map((each) => [each.name, each] as const))('%s', async (_, given) => {
    const layer = buildNetwork(given.layer);
    expect(describeNetwork(layer).json).toMatchObject(given.layer);
    const structure = structureFor(given.graph);
    // A tree without tensors has no layout.
    const hasParams = leavesOf(layer.params).length > 0;
    const { leaves } = hasParams ? layoutOf(layer.params, 'params') : { leaves: [] };
    const specs = {
      x: f32(...given.x.shape),
      cotangent: f32(...given.output.shape),
      params: hasParams ? (layer.params as TensorSpec) : f32(1),
      ...(given.edges && { edges: f32(...given.edges.shape) }),
    };
    const program = trace(specs, (inputs) => {
      const edges = (inputs as { edges?: Tensor }).edges;
      const context = { structure, mode: inference, ...(edges && { edgeFeatures: edges }) };
      const f = (x: Tensor, params: unknown) => applyLayer(layer, params, x, context) as Tensor;
      const total = ({ x, params }: { x: Tensor; params: Tensor }) => reduceSum(mul(f(x, params), inputs.cotangent));
      const { x, params } = inputs;
      const byX = { gradX: grad((at: Tensor) => total({ x: at, params }))(x) };
      if (!hasParams) return { output: f(x, params), ...byX };
      return { output: f(x, params), ...byX, gradParams: grad((at: Tensor) => total({ x, params: at }))(params) };
    });
    const run = await compile(program, runtime);
    run.inputs.x.float32.set(given.x.data);
    run.inputs.cotangent.float32.set(given.cotangent);
    if (given.edges) (run.inputs as { edges: { float32: Float32Array } }).edges.float32.set(given.edges.data);
    const parameters = given.parameters as unknown as Record<string, number[]>;
    expect(leaves.map(({ path }) => path).sort()).toEqual(Object.keys(parameters).sort());
    for (const { path, offset } of leaves) run.inputs.params.float32.set(parameters[path]!, offset);
    await run.run();
    expectClose('output', run.outputs.output.float32, given.output.data);
    expectClose('gradient by x', run.outputs.gradX.float32, given.gradX);
    const grads = given.gradParameters as unknown as Record<string, number[]>;
    for (const { path, offset, size: length } of leaves) {
      const found = (run.outputs as { gradParams: { float32: Float32Array } }).gradParams.float32;
      expectClose(`gradient by ${path}`, found.subarray(offset, offset + length), grads[path]!);
    }
    await run.release();
  });
});
