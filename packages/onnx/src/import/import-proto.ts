import { InputError, showValue } from '@unbraid/checks';
import { converterOf } from '../convert/registry.ts';
import { withoutFrozen } from '../frozen/split.ts';
import { mapTensors } from '../proto/map-tensors.ts';
import type { GraphProto, ModelProto, TensorProto } from '../proto/model-proto.ts';
import { checkGraph } from './check-graph.ts';
import type { ImportSettings } from './import-settings.ts';
import { inlineFunctions } from './inline-functions.ts';
import { classesOf, writeOutLinear } from './linear-models.ts';
import { modelOf } from './model-of.ts';
import type { OnnxFile, OnnxModel } from './onnx-model.ts';

/** The oldest and the newest version of ONNX's own operators that is read. */
const [OLDEST, NEWEST] = [7, 30];

/** Names of the files beside the model that its tensors lie in. */
export function externalFiles(proto: ModelProto): string[] {
  const names = new Set<string>();
  mapTensors(proto, (tensor) => {
    if (tensor.external) names.add(tensor.external.location);
    return tensor;
  });
  return [...names];
}

/**
 * The model that a file holds.
 * @param file what was read of it
 * @param files bytes of the files beside it
 * @throws {InputError} `model` or `file`, in one line
 */
export function importProto(
  file: Pick<OnnxFile, 'name' | 'bytes' | 'proto'>,
  files: ReadonlyMap<string, Uint8Array>,
  settings: ImportSettings,
): OnnxModel {
  const { name, bytes, proto: read } = file;
  checkOpset(read, name);
  const whole = files.size === 0 ? read : mapTensors(read, (tensor) => withExternal(tensor, files));
  const proto = writeOutLinear(whole);
  return importGraph({ name, bytes, proto, graph: inlineFunctions(proto), classes: classesOf(whole.graph) }, settings);
}

/**
 * The model of a graph without functions of its own.
 * @param asked whether a tensor is to be a parameter, wherever it is read
 * @throws {InputError} `model`, in one line
 */
export function importGraph(
  whole: Pick<OnnxFile, 'name' | 'bytes' | 'proto' | 'graph' | 'classes'>,
  settings: ImportSettings,
  asked: (name: string) => boolean = () => false,
): OnnxModel {
  checkGraph(whole.graph);
  const source = settings.frozen ? withoutFrozen(whole) : whole;
  checkOperators(source.graph, source.proto.opsets);
  return modelOf(source, settings, asked);
}

function checkOpset({ opsets }: ModelProto, name: string): void {
  const version = opsets.get('');
  if (version === undefined || (version >= OLDEST && version <= NEWEST)) return;
  throw new InputError(
    'model',
    `onnx: ${name} is written for version ${version} of ONNX's operators; ${OLDEST} to ${NEWEST} are read, convert it with onnx.version_converter or export it anew`,
  );
}

function withExternal(tensor: TensorProto, files: ReadonlyMap<string, Uint8Array>): TensorProto {
  if (!tensor.external) return tensor;
  const { location, offset, length } = tensor.external;
  const file = files.get(location)!;
  const end = length === undefined ? file.length : offset + length;
  if (!(offset >= 0 && offset <= end && end <= file.length))
    throw new InputError(
      'file',
      `onnx: the tensor ${showValue(tensor.name)} lies at bytes ${offset} to ${end} of ${showValue(location)}, which has ${file.length}; the file is cut off or of another model`,
    );
  const { external: _, ...rest } = tensor;
  return { ...rest, raw: file.subarray(offset, end) };
}

/** Operators that are unknown are refused at import, also where no output needs them. */
function checkOperators(graph: GraphProto, opsets: ModelProto['opsets']): void {
  for (const node of graph.nodes) {
    converterOf(node, opsets);
    for (const { graph: inner } of node.attributes.values()) if (inner) checkOperators(inner, opsets);
  }
}
