import type { RunContext } from '@unbraid/experiment';
import { decodeModel, encodeModel, type TrainedModel } from '@unbraid/gfgn';
import { z } from 'zod';
import { type ModelDirectory, saveModelDirectory } from '../model-directory.ts';
import { encodeFeatures, type Features, parseFeatures } from './features.ts';
import { graphTasks } from './settings.ts';

const MODEL = 'gfgn.safetensors';
const FEATURES = 'features.json';
const LEARNED = 'learned-nodes.json';

const manifest = z.looseObject({
  target: z.string(),
  /** Left out by earlier versions. */
  task: z.enum(graphTasks).default('classification'),
  /** The columns of the target; left out by earlier versions, where it is one. */
  columns: z.array(z.string()).min(1).optional(),
  /** Names of classes, labels or quantities. */
  classes: z.array(z.string()).min(1),
  model: z.string(),
  /** Whether rows of sparse features are divided by their sums. */
  normalize: z.boolean(),
  /** How many nodes predictions are made of at once, where the model was trained on some at a time. */
  nodesAtOnce: z.int().min(1).optional(),
  /** The files that it was learned from, and how they are read. */
  graph: z.object({
    nodes: z.string(),
    nodesSha256: z.string(),
    edges: z.string(),
    edgesSha256: z.string(),
    id: z.string(),
    from: z.string(),
    to: z.string(),
    weight: z.string(),
  }),
});

/** What a manifest says of a model of graphs. */
export type GraphManifest = z.output<typeof manifest>;

/** A saved model of graphs, opened. */
export interface GraphModelFiles extends GraphManifest {
  readonly trained: TrainedModel;
  readonly features: Features;
  /** Names of the nodes that it was learned from or chosen by. */
  readonly learned: readonly string[];
}

/** Puts the model into a run's artifacts. */
export async function saveGraphModel(
  context: Pick<RunContext<unknown>, 'artifact'>,
  saved: {
    readonly about: Pick<
      GraphManifest,
      'target' | 'task' | 'columns' | 'classes' | 'model' | 'normalize' | 'nodesAtOnce' | 'graph'
    >;
    readonly trained: TrainedModel;
    readonly features: Features;
    readonly learned: readonly string[];
  },
): Promise<void> {
  const text = (value: string) => new TextEncoder().encode(value);
  await saveModelDirectory(
    context,
    { method: 'gfgn', data: 'graph', ...saved.about },
    {
      [MODEL]: encodeModel(saved.trained),
      [FEATURES]: text(encodeFeatures(saved.features)),
      [LEARNED]: text(JSON.stringify(saved.learned)),
    },
  );
}

/** @throws {RunError} where a file is damaged, and InputError for a model that can't be used */
export async function openGraphModel(directory: ModelDirectory): Promise<GraphModelFiles> {
  const about = directory.parse(manifest);
  const text = async (name: string) => new TextDecoder().decode(await directory.read(name));
  return {
    ...about,
    trained: decodeModel(await directory.read(MODEL), `${directory.directory}/${MODEL}`),
    features: parseFeatures(await text(FEATURES)),
    learned: z.array(z.string()).parse(JSON.parse(await text(LEARNED))),
  };
}
