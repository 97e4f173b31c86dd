import { type AnyNodeLayer, applyLayer, type NodeStage } from '../layers/node-layer.ts';
import { stagesIn } from './staged.ts';

/** How far layers hear that are applied one after another, where all say it. */
export function hearingOf(layers: readonly AnyNodeLayer[]): Pick<AnyNodeLayer, 'hops' | 'isGlobal'> {
  if (layers.some(({ hops }) => hops === undefined)) return {};
  const isGlobal = layers.some((layer) => layer.isGlobal);
  return { hops: layers.reduce((sum, { hops }) => sum + hops!, 0), ...(isGlobal && { isGlobal }) };
}

/** How far something hears of what goes through one of several layers. */
export function farthestOf(layers: readonly AnyNodeLayer[]): Pick<AnyNodeLayer, 'hops' | 'isGlobal'> {
  const { hops, isGlobal } = hearingOf(layers);
  return hops === undefined
    ? {}
    : { hops: Math.max(...layers.map((layer) => layer.hops!)), ...(isGlobal && { isGlobal }) };
}

type Keyed = readonly [key: string, layer: AnyNodeLayer];
type Piece = Omit<NodeStage, 'apply'> & {
  readonly apply: (params: unknown, ...rest: Rest) => ReturnType<NodeStage['apply']>;
};
type Rest = [Parameters<NodeStage['apply']>[1], Parameters<NodeStage['apply']>[2]];

/** The stages of a sequence: a new one begins with each layer that hears along edges, but the first; nothing where a layer doesn't say how far it hears. */
export function stagesOfSequence(layers: readonly Keyed[]): readonly NodeStage[] | undefined {
  if (layers.some(([, { hops }]) => hops === undefined)) return undefined;
  const stages: NodeStage[] = [];
  for (const piece of layers.flatMap(piecesOf)) {
    const last = stages.at(-1);
    if (last && (last.hops === 0 || piece.hops === 0)) stages[stages.length - 1] = joined(last, piece);
    else stages.push(piece as NodeStage);
  }
  return stages;
}

/** A layer of a sequence, which reads its own parameters among those of all; or the stages that it is made of. */
function piecesOf([key, layer]: Keyed): Piece[] {
  const own = (params: unknown) => (params as Readonly<Record<string, unknown>>)[key];
  const { hops, isGlobal } = layer;
  const stages = stagesIn(layer);
  if (!stages)
    return [{ hops: hops!, isGlobal, apply: (params, x, context) => applyLayer(layer, own(params), x, context) }];
  return stages.map((stage) => ({
    ...stage,
    apply: (params, x, context) => stage.apply(own(params) as never, x, context),
  }));
}

const joined = (first: NodeStage, second: Piece): NodeStage => ({
  hops: first.hops + second.hops,
  isGlobal: first.isGlobal || second.isGlobal,
  apply: (params, x, context) => second.apply(params, first.apply(params, x, context), context),
});
