import { InputError } from '@unbraid/checks';
import { cast, type Tensor } from '@unbraid/graph';
import { inference } from '@unbraid/nn';
import { convert } from '../convert/convert.ts';
import { dtypeOfTensor } from '../proto/tensor-data.ts';
import { checkName } from './check-name.ts';
import type { ImportSettings } from './import-settings.ts';
import { batchOf, checkedInput, constantInput, readable, rowOf } from './input-values.ts';
import type { NamedTensors, OnnxFile, OnnxModel } from './onnx-model.ts';
import { resolveBranches } from './resolve-branches.ts';
import { specOf, weightsOf } from './weight-specs.ts';

/**
 * The model of a file whose graph is checked.
 * @throws {InputError} `setting`, for a name that it doesn't have; `not-finite`, for weights that are NaN or infinite
 */
export function modelOf(
  source: Pick<OnnxFile, 'name' | 'bytes' | 'proto' | 'graph' | 'classes' | 'before'>,
  settings: ImportSettings,
  asked: (name: string) => boolean,
): OnnxModel {
  const { proto } = source;
  const inputs = source.graph.inputs.map((value) => readable(value, 'input'));
  const outputs = source.graph.outputs.map((value) => readable(value, 'output'));
  checkNames(source.name, settings, [...inputs, ...(source.before?.inputs ?? [])], outputs);
  const constants = new Map(
    inputs.flatMap((value) => {
      const own = settings.constants?.[value.name];
      return own === undefined ? [] : [[value.name, constantInput(value, own)] as const];
    }),
  );
  const graph = resolveBranches(source.graph, proto.opsets, constants);
  const weights = weightsOf(graph, source.name, settings.trainable, asked);
  const file: OnnxFile = { ...source, graph, weights, settings };
  const given = inputs.filter(({ name }) => !constants.has(name));
  const output = settings.output ?? outputs[0]!.name;

  const run: OnnxModel['run'] = (params, batch, wanted = outputs.map(({ name }) => name), mode = inference) => {
    const known = new Map<string, Tensor>(constants);
    for (const value of given) known.set(value.name, checkedInput(value, batch[value.name], file.name));
    for (const { name, tensor } of weights) {
      const dtype = dtypeOfTensor(tensor);
      known.set(name, dtype === 'float32' ? params[name]! : cast(params[name]!, dtype));
    }
    const parameters = new Set<Tensor>(Object.values(params));
    return Object.fromEntries(convert({ graph, opsets: proto.opsets, mode, given: known, parameters, wanted }));
  };
  return {
    name: `ONNX model of ${proto.producer || 'unknown origin'}`,
    params: Object.fromEntries(weights.map((weight) => [weight.name, specOf(weight, settings.trainable, asked)])),
    get inputs() {
      return Object.fromEntries(given.map((value) => [value.name, rowOf(value, file)]));
    },
    given,
    outputs,
    output,
    ...(file.classes && { classes: file.classes }),
    metadata: Object.fromEntries(proto.metadata),
    file,
    run,
    apply: (params: NamedTensors, x, mode = inference) => run(params, batchOf(x, given, file), [output], mode)[output]!,
  };
}

type Named = readonly { readonly name: string }[];

function checkNames(file: string, { shapes, constants, output }: ImportSettings, inputs: Named, outputs: Named): void {
  for (const name of Object.keys({ ...shapes, ...constants })) checkName('input', name, inputs);
  if (outputs.length === 0) throw new InputError('model', `onnx: ${file} has no output`);
  if (output !== undefined) checkName('output', output, outputs);
}
