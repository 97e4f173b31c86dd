import { checkSettings, having, InputError, oneOf } from '@unbraid/checks';
import {
  DOUBLE,
  encodeModelProto,
  FLOAT,
  type GraphBuilder,
  graphBuilder,
  STRING,
  type ValueProto,
} from '@unbraid/onnx/proto';
import * as z from 'zod';
import { namesOf } from '../prepare/feature-names.ts';
import type { Preprocessor } from '../prepare/preprocessor.ts';
import { type ModelPart, modelPart } from './model-part.ts';
import { preprocessingNodes } from './preprocessing-nodes.ts';

/** What `exportPipeline` takes. */
export interface PipelineOptions {
  readonly preprocessor: Preprocessor;
  /** The model's `.onnx` file: one input, float32 [rows, features], with an open number of rows, and one output, float32 [rows, outputs]. */
  readonly model: Uint8Array;
  /** Names of the classes, for a model that tells them. */
  readonly classes?: readonly string[];
  /**
   * What the model's outputs are. `quantities`: what is to be predicted. `logits`: one for each class, of which softmax makes probabilities, or, of two
   * classes, one alone, of which the logistic function makes that of the second. `probabilities`: one for each class, or that of the second of two.
   * `scores`: one for each class, of which the greatest wins, or, of two, one alone, above 0 for the second. Default: `logits` with classes, otherwise
   * `quantities`.
   */
  readonly outputs?: 'quantities' | 'logits' | 'probabilities' | 'scores';
  /** Texts to keep in the file by name, beside those of the model and what `exportPipeline` says of the columns. */
  readonly metadata?: Readonly<Record<string, string>>;
}

const schema = z.object({
  preprocessor: having<Preprocessor>('a preprocessor', 'columns', 'transform'),
  model: z.instanceof(Uint8Array, { error: 'the bytes of an .onnx file' }),
  classes: z.array(z.string()).min(2, { error: 'a list of two names or more' }).readonly().optional(),
  outputs: oneOf('quantities', 'logits', 'probabilities', 'scores').optional(),
  metadata: z.record(z.string(), z.string(), { error: 'an object of texts' }).default({}),
});

/** The axis of rows, open and the same in inputs and outputs. */
const ROWS = 'rows';

/**
 * One `.onnx` file from raw columns to predictions. It has an input for each column that gives features, by the column's name, of shape [rows, 1]: texts as
 * strings with '' where one is missing; numbers, yes and no (1 and 0), and dates (milliseconds since 1970 in UTC) as float64, with NaN where one is
 * missing. Without classes its output is `prediction`, float32 [rows, outputs]; with classes `label`, string [rows], and `probabilities` or `scores`,
 * float32 [rows, classes]. Where a column has one of these names the output's has a number behind it; the entry `unbraid.pipeline` of the file's
 * metadata holds all names, as JSON.
 * @throws {InputError} `model`, for a model that doesn't take the preprocessor's features or give what `outputs` says; `file`, for bytes that are no model;
 * `setting`, for options that are unknown or of the wrong type
 */
export function exportPipeline(options: PipelineOptions): Uint8Array<ArrayBuffer> {
  const {
    preprocessor,
    model,
    classes,
    metadata,
    outputs: stated,
  } = checkSettings('table: exportPipeline', schema, options);
  const outputs = stated ?? (classes ? 'logits' : 'quantities');
  const part = modelPart(model, preprocessor.features.length);
  checkOutputs(part, outputs, classes);
  const own = [...part.graph.nodes.flatMap((node) => node.outputs), ...part.graph.initializers.map(({ name }) => name)];
  const build = graphBuilder('prepare/', [...own, part.input]);
  let at = 0;
  const columns = preprocessor.columns.flatMap((plan) => {
    if (plan.use === 'leave-out') return [];
    const placed = { plan, at, input: build.take(plan.name) };
    at += namesOf(plan).length;
    return [placed];
  });
  const features = preprocessingNodes(build, columns);
  build.node('Identity', [features], {}, part.input);
  const before = build.nodes.splice(0);
  const ends = classes ? classNodes(build, part, outputs, classes) : quantityNodes(build, part);
  const inputs = columns.map(
    ({ plan, input }): ValueProto => ({ name: input, type: plan.kind === 'text' ? STRING : DOUBLE, shape: [ROWS, 1] }),
  );
  const described = {
    target: preprocessor.target,
    classes,
    inputs: columns.map(({ plan, input }) => ({ name: input, column: plan.name, kind: plan.kind })),
    outputs: ends.map(({ what, name }) => ({ what, name })),
  };
  const usesTensors = before.some((node) => node.attributes.has('keys_tensor'));
  // LabelEncoder has tensors of other types since version 4 of ai.onnx.ml, which came with version 9 of the format.
  const mlVersion = usesTensors ? 4 : 2;
  const { proto } = part;
  return encodeModelProto({
    ...proto,
    irVersion: Math.max(proto.irVersion, usesTensors ? 9 : 0),
    producer: 'unbraid',
    opsets: new Map([...proto.opsets, ['ai.onnx.ml', Math.max(mlVersion, proto.opsets.get('ai.onnx.ml') ?? 0)]]),
    graph: {
      name: 'pipeline',
      nodes: [...before, ...part.graph.nodes, ...build.nodes],
      initializers: [...build.initializers, ...part.graph.initializers],
      inputs,
      outputs: ends.map(({ name, type, shape }) => ({ name, type, shape })),
    },
    metadata: new Map([
      ...proto.metadata,
      ...Object.entries(metadata),
      ['unbraid.pipeline', JSON.stringify(described)],
    ]),
  });
}

type Outputs = NonNullable<PipelineOptions['outputs']>;

function checkOutputs({ outputs: count }: ModelPart, outputs: Outputs, classes: readonly string[] | undefined): void {
  const refuse = (what: string) => new InputError('model', `table: exportPipeline: ${what}`);
  if ((classes === undefined) !== (outputs === 'quantities'))
    throw new InputError(
      'setting',
      `table: exportPipeline's outputs are ${outputs} ${classes ? 'and classes are given; quantities have none' : 'and no classes are given; give their names'}`,
    );
  if (classes && new Set(classes).size < classes.length)
    throw new InputError('setting', 'table: exportPipeline: two classes have the same name');
  if (classes && count !== classes.length && !(count === 1 && classes.length === 2))
    throw refuse(`the model gives ${count} outputs for ${classes.length} classes`);
}

/** An output: what it is, and as it is declared. */
interface End {
  readonly what: 'prediction' | 'label' | 'probabilities' | 'scores';
  readonly name: string;
  readonly type: number;
  readonly shape: (number | string)[];
}

function quantityNodes(build: GraphBuilder, { output, outputs }: ModelPart): End[] {
  const name = build.node('Identity', [output], {}, build.take('prediction'));
  return [{ what: 'prediction', name, type: FLOAT, shape: [ROWS, outputs] }];
}

function classNodes(build: GraphBuilder, part: ModelPart, outputs: Outputs, classes: readonly string[]): End[] {
  const label = build.take('label');
  const what = outputs === 'scores' ? 'scores' : 'probabilities';
  const name = build.take(what);
  const values = part.outputs === 1 ? bothOf(build, part.output, outputs) : eachOf(build, part.output, outputs);
  build.node('Identity', [values], {}, name);
  const best = build.node('ArgMax', [name], { axis: { integer: 1 }, keepdims: { integer: 0 } });
  build.ml(
    'LabelEncoder',
    [best],
    {
      keys_int64s: { integers: classes.map((_, c) => c) },
      values_strings: { texts: [...classes] },
      default_string: { text: '' },
    },
    label,
  );
  return [
    { what: 'label', name: label, type: STRING, shape: [ROWS] },
    { what, name, type: FLOAT, shape: [ROWS, classes.length] },
  ];
}

const eachOf = (build: GraphBuilder, output: string, outputs: Outputs): string =>
  outputs === 'logits' ? build.node('Softmax', [output], { axis: { integer: 1 } }) : output;

/** Two columns of the one that says how much speaks for the second class. */
function bothOf(build: GraphBuilder, output: string, outputs: Outputs): string {
  if (outputs === 'scores')
    return build.node('Concat', [build.node('Neg', [output]), output], { axis: { integer: 1 } });
  // The logistic function of both signs: 1 minus a probability near 1 would lose the digits of the other.
  if (outputs === 'logits')
    return build.node('Sigmoid', [
      build.node('Concat', [build.node('Neg', [output]), output], { axis: { integer: 1 } }),
    ]);
  const one = build.floats(Float32Array.of(1), []);
  return build.node('Concat', [build.node('Sub', [one, output]), output], { axis: { integer: 1 } });
}
