import { InputError } from '@unbraid/checks';
import { createMatrix, type Matrix } from '@unbraid/data';
import { type Runtime, releaseKept } from '@unbraid/graph';
import { inputColumns } from '../inputs.ts';
import { membersOf } from '../members.ts';
import { outputsFor } from '../predict.ts';
import { checkWeights, type Weights } from '../weights.ts';
import { streamedRows } from './passes.ts';
import { createReader, type RowSource } from './row-source.ts';

/** N(X) + b of rows that are read, rows × c, a block at a time. @throws {InputError} as `predictOutputs`, naming rows by their place in all */
export async function predictRows(network: Weights, source: RowSource, runtime: Runtime | undefined): Promise<Matrix> {
  checkWeights('galu: the network', network, 'train it again');
  const columns = inputColumns(network);
  if (source.cols !== columns) {
    throw new InputError('data', `galu: X has ${source.cols} columns, the network was trained on ${columns}`);
  }
  const { gates, a } = network;
  const reader = createReader(source, streamedRows({ neurons: gates.rows, dimension: gates.cols }, source.rows));
  const outputs = createMatrix(source.rows, a.cols);
  // Sessions are kept by the network: by one of its own here, whose go at the end.
  const owner = { ...network };
  try {
    let [block, firstRow] = [createMatrix(0, columns), 0];
    const take = (x: Matrix, start: number) => {
      [block, firstRow] = [{ ...x, data: x.data.slice() }, start];
    };
    const add = async () => {
      const { data } = await outputsFor(owner, block, { runtime, keep: true, firstRow });
      outputs.data.set(data, firstRow * a.cols);
    };
    await reader.pass({ take, add });
  } finally {
    for (const member of membersOf(owner)) await releaseKept(member);
  }
  return outputs;
}
