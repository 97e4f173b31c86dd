import { ShapeError, type Tensor } from '@unbraid/graph';
import type { Context } from './node-layer.ts';

/** The features of edges, [entries of `structure.open`, width]. @throws {ShapeError} where the graph has none, or of another width */
export function edgeFeaturesOf(layer: string, { edgeFeatures, structure }: Context, width: number): Tensor {
  const shape = [structure.open.columns.length, width];
  if (edgeFeatures?.shape.join() === shape.join()) return edgeFeatures;
  const found = edgeFeatures ? `has [${edgeFeatures.shape.join(', ')}]` : 'has none';
  throw new ShapeError(`gfgn: ${layer} takes features of edges, [${shape.join(', ')}]; the graph ${found}`);
}
