import { InputError, showValue } from '@unbraid/checks';
import { keepNeeded } from '../change/graph-parts.ts';
import { isKnown } from '../convert/registry.ts';
import { sortNodes } from '../convert/sort-nodes.ts';
import { readable } from '../import/input-values.ts';
import type { OnnxFile } from '../import/onnx-model.ts';
import { encodeModelProto } from '../proto/encode.ts';
import type { GraphProto, NodeProto, ValueProto } from '../proto/model-proto.ts';
import { makersIn, namesReadBy } from '../proto/names.ts';

type Source = Pick<OnnxFile, 'name' | 'bytes' | 'proto' | 'graph' | 'classes' | 'before'>;

/**
 * The file cut in two behind its unknown operators: a graph without them, which reads what they hand on, and a file of its own for them and all that
 * they need. A file without such operators stays whole.
 * @throws {InputError} `model`, where nothing is left behind them
 */
export function withoutFrozen(source: Source): Source {
  const { graph, proto, name } = source;
  const unknown = graph.nodes.filter((node) => !isAllKnown(node));
  if (unknown.length === 0) return source;
  const makers = makersIn(graph);
  const frozen = new Set(sortNodes(unknown, (node) => namesReadBy(node).flatMap((each) => makers.get(each) ?? [])));
  const rest = graph.nodes.filter((node) => !frozen.has(node));
  const read = new Set([...rest.flatMap(namesReadBy), ...graph.outputs.map((output) => output.name)]);
  const cut = [...frozen].flatMap(({ outputs }) => outputs.filter((output) => output !== '' && read.has(output)));
  const direct = graph.outputs.find((output) => cut.includes(output.name));
  if (direct)
    throw new InputError(
      'model',
      `onnx: ${name}: nothing comes behind ${unknown.at(-1)!.type} before the output ${showValue(direct.name)}, so there is nothing to train`,
    );
  const handed = cut.map((each) => described(graph, each));
  const before = keepNeeded({ ...graph, nodes: [...frozen], outputs: handed });
  const after = keepNeeded({ ...graph, nodes: rest, inputs: [...graph.inputs, ...handed] });
  return {
    ...source,
    graph: after,
    before: {
      bytes: encodeModelProto({ ...proto, graph: before, functions: new Map() }),
      whole: graph,
      inputs: before.inputs.map((value) => readable(value, 'input')),
      outputs: handed.map((value) => readable(value, 'input')),
    },
  };
}

const isAllKnown = (node: NodeProto): boolean =>
  isKnown(node) && [...node.attributes.values()].every(({ graph }) => graph?.nodes.every(isAllKnown) ?? true);

/** What the file says of a value inside; float32 of any shape where it says nothing. */
const described = ({ values = [] }: GraphProto, name: string): ValueProto =>
  values.find((value) => value.name === name) ?? { name, type: FLOAT32, shape: undefined };

/** A code of TensorProto.DataType. */
const FLOAT32 = 1;
