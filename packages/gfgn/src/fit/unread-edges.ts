import { f32, type Tensor, topologicalOrder, trace } from '@unbraid/graph';
import { csrFromEntries } from '@unbraid/kernels';
import { inference, type Matrix } from '@unbraid/nn';
import type { NodeModel } from '../models.ts';
import { structureOf } from '../structure.ts';

/** Two nodes with an edge between them. */
const pair = csrFromEntries(2, 2, { rows: [0, 1], columns: [1, 0] });

/** A line for a person where something is known of edges that no layer of the model reads. */
export function unreadEdges(model: NodeModel, edges: Matrix | undefined): string | undefined {
  if (!edges || readsEdges(model, edges.cols)) return undefined;
  const what = edges.cols === 1 ? 'a feature' : `${edges.cols} features`;
  return `gfgn: the graph has ${what} of each edge, and no layer of the model reads them; take one that does, such as graphTransformerLayer with edgeFeatures: ${edges.cols}, or leave them out`;
}

/** Whether outputs depend on features of edges, which is seen on a graph of two nodes. No model by its name reads any. */
function readsEdges(model: NodeModel, cols: number): boolean {
  const { settings } = model;
  if (settings.model !== 'network') return false;
  try {
    const specs = { params: model.params, x: f32(2, settings.inputs), edges: f32(2, cols) };
    const { inputs, outputs } = trace(specs as never, (given) => {
      const { params, x, edges } = given as unknown as Readonly<Record<string, Tensor>>;
      const context = { structure: structureOf(pair), mode: inference, edgeFeatures: edges! };
      return { outputs: model.apply(params as never, x!, context) };
    });
    const { edges } = inputs as unknown as Readonly<Record<string, Tensor>>;
    return topologicalOrder([outputs.outputs]).includes(edges!);
  } catch {
    // A layer that is bound to one graph can't be asked.
    return true;
  }
}
