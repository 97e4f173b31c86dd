import { InputError } from '@unbraid/checks';
import type { Tensor } from '@unbraid/graph';
import { inference } from '@unbraid/nn';
import { convert } from '../convert/convert.ts';
import type { GraphProto, ModelProto, NodeProto } from '../proto/model-proto.ts';
import { renameIn } from './rename.ts';

/**
 * The graph with each `If` whose condition follows from constants alone replaced by the nodes of the branch that is taken: so the weights in it
 * are parameters, and those of the other are not.
 * @param constants values of inputs that are known
 */
export function resolveBranches(
  graph: GraphProto,
  opsets: ModelProto['opsets'],
  constants: ReadonlyMap<string, Tensor>,
): GraphProto {
  let current = graph;
  for (;;) {
    const names = new Set(current.nodes.flatMap(({ outputs }) => outputs));
    let changed = false;
    const added: GraphProto['initializers'][number][] = [];
    const nodes = current.nodes.flatMap((node) => {
      const taken = node.type === 'If' && node.domain === '' ? branchOf(node, current, opsets, constants) : undefined;
      if (!taken) return [node];
      changed = true;
      return spliced(node, taken, names, added);
    });
    if (!changed) return current;
    current = { ...current, nodes, initializers: [...current.initializers, ...added] };
  }
}

function branchOf(
  node: NodeProto,
  graph: GraphProto,
  opsets: ModelProto['opsets'],
  constants: ReadonlyMap<string, Tensor>,
): GraphProto | undefined {
  const condition = conditionOf(node.inputs[0] ?? '', graph, opsets, constants);
  return condition === undefined ? undefined : node.attributes.get(condition ? 'then_branch' : 'else_branch')?.graph;
}

/** The value of a condition, where it depends on no input. */
function conditionOf(
  name: string,
  graph: GraphProto,
  opsets: ModelProto['opsets'],
  given: ReadonlyMap<string, Tensor>,
): boolean | undefined {
  try {
    const found = convert({ graph, opsets, mode: inference, given, parameters: new Set(), wanted: [name] });
    const { operator, attributes } = found.get(name)!;
    if (operator.name !== 'constant') return undefined;
    return (attributes.value as { readonly data: Float64Array }).data[0] !== 0;
  } catch (error) {
    // It needs an input, whose value isn't known, or a node that fails here and will say so when it is asked for.
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

/** The nodes of a branch in place of its `If`, names that are taken changed. */
function spliced(
  node: NodeProto,
  branch: GraphProto,
  taken: ReadonlySet<string>,
  added: GraphProto['initializers'][number][],
): NodeProto[] {
  const own = new Set([
    ...branch.nodes.flatMap(({ outputs }) => outputs),
    ...branch.initializers.map(({ name }) => name),
  ]);
  const rename = (name: string): string =>
    own.has(name) && taken.has(name) ? `${node.name || node.outputs[0]}/${name}` : name;
  added.push(...branch.initializers.map((tensor) => ({ ...tensor, name: rename(tensor.name) })));
  const inner = branch.nodes.map((each) => renameIn(each, rename));
  const ends = node.outputs.map((output, i): NodeProto => {
    const from = rename(branch.outputs[i]?.name ?? '');
    return {
      name: `${node.name}/${output}`,
      type: 'Identity',
      domain: '',
      inputs: [from],
      outputs: [output],
      attributes: new Map(),
    };
  });
  return [...inner, ...ends.filter(({ outputs }) => outputs[0] !== '')];
}
