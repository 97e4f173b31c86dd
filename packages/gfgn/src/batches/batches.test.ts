import { compile, createWorkspace, type Tensor, type TensorSpec, trace, withScope } from '@unbraid/graph';
import { nodeRuntime } from '@unbraid/graph/node';
import { createRandom, csrFromEntries } from '@unbraid/kernels';
import { type AnyModel, inference, initialize } from '@unbraid/nn';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { randomGraph, twoGroups } from '../../test/graphs.ts';
import { createModel, modelNames } from '../models.ts';
import { predict } from '../predict.ts';
import { structureOf } from '../structure.ts';
import { nodeTables } from './batch.ts';
import { blockEvaluator } from './blocks.ts';
import { clusterBatches } from './cluster-batches.ts';
import { movingBatch } from './moving-program.ts';
import { movingStructure } from './moving-structure.ts';
import { neighborBatches } from './neighbor-batches.ts';
import { partitionNodes } from './partition.ts';
import { roomsFor } from './rooms.ts';
import { createSampler } from './sampler.ts';
import { radiiOf, stagesOf } from './stages.ts';

const runtime = nodeRuntime({ threads: 1 });
const all = Number.POSITIVE_INFINITY;

describe('sampling', () => {
  it('takes so many different neighbours of each node but those of the last hop, and calls nodes hop by hop', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 4 }), (seed, fanOut) => {
        const structure = structureOf(randomGraph(30, 120, createRandom(seed)));
        const { open } = structure;
        const targets = Int32Array.of(7, 3, 20);
        const { nodes, within, starts, columns, weights } = createSampler(structure).around(
          targets,
          [fanOut, all],
          createRandom(seed),
        );
        expect([...nodes.subarray(0, 3)]).toEqual([...targets]);
        expect(new Set(nodes).size).toBe(nodes.length);
        expect([within[0], within.at(-1), starts.length]).toEqual([3, nodes.length, within[1]! + 1]);
        for (let row = 0; row + 1 < starts.length; row++) {
          const around = [...open.columns.subarray(open.starts[nodes[row]!]!, open.starts[nodes[row]! + 1]!)];
          const taken = [...columns.subarray(starts[row]!, starts[row + 1]!)];
          expect(taken.length).toBe(row < 3 ? Math.min(fanOut, around.length) : around.length);
          expect(taken).toEqual([...new Set(taken)].sort((a, b) => a - b));
          for (const place of taken) expect(around).toContain(nodes[place]);
          for (let e = starts[row]!; e < starts[row + 1]!; e++)
            expect(weights[e]).toBeCloseTo(around.length / taken.length, 6);
        }
      }),
      { numRuns: 30 },
    );
  });

  it('draws evenly, so that sums over neighbours are right in the mean', () => {
    const degree = 7;
    const star = structureOf(
      csrFromEntries(degree + 1, degree + 1, {
        rows: [...new Array<number>(degree).fill(0), ...Array.from({ length: degree }, (_, i) => i + 1)],
        columns: [...Array.from({ length: degree }, (_, i) => i + 1), ...new Array<number>(degree).fill(0)],
      }),
    );
    const sampler = createSampler(star);
    const counts = new Float64Array(degree + 1);
    const draws = 7000;
    for (let i = 0; i < draws; i++) {
      const { nodes, columns, weights } = sampler.around(Int32Array.of(0), [3], createRandom(i));
      for (const [e, place] of columns.entries()) counts[nodes[place]!]! += weights[e]!;
    }
    // A neighbour is drawn with probability 3/7 and then counts 7/3: a deviation of 1.15 / √7000 = 0.014 of its mean 1.
    for (let i = 1; i <= degree; i++) expect(Math.abs(counts[i]! / draws - 1)).toBeLessThan(0.06);
  });
});

describe('a batch', () => {
  const graph = twoGroups(40);
  const structure = structureOf(graph.adjacency);

  it('has the tables of the whole graph where all neighbours are heard', () => {
    const batch = createSampler(structure).around(Int32Array.of(5, 9, 30), [all, all], createRandom(0));
    const moving = movingStructure({ nodes: batch.nodes.length + 9, edges: batch.columns.length + 30 });
    const { normalized, mean } = moving.structure;
    moving.write(batch, 2, runtime.arena);
    for (let row = 0; row < batch.within[1]!; row++) {
      const node = batch.nodes[row]!;
      for (const [own, whole] of [
        [normalized, structure.normalized],
        [mean, structure.mean],
      ] as const) {
        const told = new Map(
          [...own.columns.subarray(own.starts[row]!, own.starts[row + 1]!)].map((place, k) => [
            batch.nodes[place]!,
            own.values[own.starts[row]! + k]!,
          ]),
        );
        for (let e = whole.starts[node]!; e < whole.starts[node + 1]!; e++)
          expect(told.get(whole.columns[e]!)).toBeCloseTo(whole.values[e]!, 6);
        expect(told.size).toBe(whole.starts[node + 1]! - whole.starts[node]!);
      }
      expect(moving.structure.roots[row]).toBe(structure.roots[node]);
    }
    expect(normalized.starts.at(-1)).toBe(normalized.columns.length);
    expect(nodeTables(structure).sums[5]).toBe(structure.open.starts[6]! - structure.open.starts[5]!);
  });

  // Models of the whole graph refuse batches, maxima take dense features.
  const inParts = modelNames.filter((name) => !['h2gcn', 'linkx', 'sageMax'].includes(name));
  it.each(inParts)('of all neighbours gives what the whole graph gives, sparse features too: %s', async (name) => {
    const model = createModel({ model: name, inputs: 6, classes: 2, hidden: 5 });
    const params = initialize(model as unknown as AnyModel, createRandom(1));
    const trained = { settings: model.settings, params };
    const stages = stagesOf(model, 2);
    const whole = await predict(trained, graph, { runtime });
    const { data } = graph.features as { data: Float32Array };
    const at = Array.from(data.keys());
    const sparse = csrFromEntries(40, 6, {
      rows: at.map((i) => Math.floor(i / 6)),
      columns: at.map((i) => i % 6),
      values: data,
    });
    for (const features of [graph.features, sparse]) {
      await withScope(async (scope) => {
        const sampler = createSampler(structure);
        const fanOuts = new Array<number>(radiiOf(stages)[0]!).fill(all);
        // Scores of the graph are those of the mean over a batch, here of all nodes.
        const sets =
          name === 'gfgnGraph'
            ? [Int32Array.from(graph.labels.keys())]
            : [Int32Array.of(3, 8), Int32Array.of(20, 21, 22, 39)];
        const batches = sets.map((targets) => sampler.around(targets, fanOuts, createRandom(0)));
        const rooms = roomsFor(batches, radiiOf(stages).slice(0, -1), 40);
        const moving = movingBatch(scope, runtime, stages, rooms, { features });
        const specs = { params: model.params as TensorSpec, ...moving.specs };
        const program = trace(specs, (inputs) => {
          const { params: p, x } = inputs as unknown as Record<string, Tensor>;
          return { y: moving.apply(p!, { x }, { mode: inference }) };
        });
        const run = scope.own(
          await compile(program, runtime, { inputs: { params: { data: params }, ...moving.sources } }),
        );
        for (const [i, batch] of batches.entries()) {
          moving.write(batch);
          await run.run();
          for (const [row, node] of sets[i]!.entries())
            for (let k = 0; k < 2; k++)
              expect(run.outputs.y.float32[2 * row + k]).toBeCloseTo(whole.data[2 * node + k]!, 4);
        }
      });
    }
  });

  it('is the same for the same stream', () => {
    const source = neighborBatches(
      structure,
      Int32Array.from({ length: 25 }, (_, i) => i),
      { fanOuts: [2, 2], batchSize: 10 },
    );
    const [one, again, other] = [
      [...source.epoch(createRandom(1))],
      [...source.epoch(createRandom(1))],
      [...source.epoch(createRandom(2))],
    ];
    expect(one).toEqual(again);
    expect(one).not.toEqual(other);
    expect(one.map(({ learnt }) => learnt.length)).toEqual([10, 10, 5]);
    const seen = one.flatMap(({ batch, learnt }) => Array.from(learnt, (row) => batch.nodes[row]!));
    expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 25 }, (_, i) => i));
  });
});

describe('parts of a graph', () => {
  it('keep most edges of groups that hang together, and are of like sizes', () => {
    for (const seed of [1, 2, 3]) {
      // 20 groups of 30 nodes, eight edges a node within and one out of them.
      const random = createRandom(seed);
      const [rows, columns]: [number[], number[]] = [[], []];
      for (let i = 0; i < 600; i++) {
        for (let k = 0; k < 5; k++) {
          const j = k < 4 ? 30 * Math.floor(i / 30) + random.int(30) : random.int(600);
          if (i === j) continue;
          rows.push(i, j);
          columns.push(j, i);
        }
      }
      const graph = csrFromEntries(600, 600, { rows, columns });
      const partOf = partitionNodes(graph, 10, createRandom(seed));
      const sizes = Array.from({ length: 10 }, (_, part) => partOf.filter((each) => each === part).length);
      expect(Math.max(...sizes)).toBeLessThan(80);
      expect(Math.min(...sizes)).toBeGreaterThan(35);
      const kept = rows.filter((row, e) => partOf[row] === partOf[columns[e]!]).length / rows.length;
      // A tenth would be kept by chance.
      expect(kept).toBeGreaterThan(0.6);
      expect(partitionNodes(graph, 10, createRandom(seed))).toEqual(partOf);
    }
  });

  it('as batches have all nodes once, and the edges within', () => {
    const graph = twoGroups(60);
    const structure = structureOf(graph.adjacency);
    const train = Int32Array.from({ length: 30 }, (_, i) => 2 * i);
    const source = clusterBatches(structure, train, { parts: 6, together: 2 }, 2, createRandom(1));
    const batches = [...source.epoch(createRandom(2))];
    const learnt = batches.flatMap(({ batch, learnt }) => Array.from(learnt, (row) => batch.nodes[row]!));
    expect(learnt.sort((a, b) => a - b)).toEqual([...train]);
    for (const { batch } of batches) {
      const inside = new Set(batch.nodes);
      for (const [row, node] of batch.nodes.entries()) {
        const around = [
          ...structure.open.columns.subarray(structure.open.starts[node]!, structure.open.starts[node + 1]!),
        ];
        const kept = around.filter((other) => inside.has(other));
        expect(
          [...batch.columns.subarray(batch.starts[row]!, batch.starts[row + 1]!)].map((place) => batch.nodes[place]!),
        ).toEqual(kept);
        expect(batch.tables.roots[row]).toBeCloseTo(Math.sqrt(kept.length + 1), 5);
      }
    }
    expect(() => partitionNodes(graph.adjacency, 61, createRandom(1))).toThrow("60 nodes can't be in 61 parts");
  });
});

test('outputs in blocks are those of the whole graph', async () => {
  const graph = twoGroups(50);
  const structure = structureOf(graph.adjacency);
  for (const model of ['gfgnPair', 'sgc', 'mlp'] as const) {
    const made = createModel({ model, inputs: 6, classes: 2, hidden: 5 });
    const params = initialize(made as unknown as AnyModel, createRandom(1));
    const whole = await predict({ settings: made.settings, params }, graph, { runtime });
    await withScope(async (scope) => {
      const blocks = blockEvaluator(scope, runtime, {
        ...{ stages: stagesOf(made, 2), specs: made.params as TensorSpec, params: { data: params } },
        ...{
          features: graph.features,
          structure,
          workspace: scope.own(createWorkspace(runtime.arena)),
          nodesAtOnce: 20,
        },
      });
      const wanted = Int32Array.of(2, 3, 17, 40, 49);
      for (let time = 0; time < 2; time++) {
        const outputs = await blocks.outputs(wanted);
        for (const [i, node] of wanted.entries())
          for (let k = 0; k < 2; k++) expect(outputs[2 * i + k]).toBeCloseTo(whole.data[2 * node + k]!, 4);
      }
    });
  }
});
