import { type AnyGraph, exportOnnx, type NdArray } from '@unbraid/graph';
import { createRandom } from '@unbraid/kernels';
import { GRAPHS, netGraph } from './graphs.ts';
import { randomInputs } from './values.ts';

/** A graph, the file made of it, and values for its inputs. */
export interface Exported {
  readonly name: string;
  readonly graph: AnyGraph;
  readonly model: Uint8Array;
  readonly inputs: ReadonlyMap<string, NdArray>;
  /** Whether the file has the input's value in it, so that it is none of the file's inputs. */
  readonly isStored: (input: string) => boolean;
}

/** Rows in the run of the file whose batch is open: another number than it was exported with. */
const OPEN_BATCH = 7;

/** Every graph as it is, and a net with its parameters stored and its batch open. */
export function exportAll(): Exported[] {
  const whole = Object.entries(GRAPHS).map(([name, graph]) => ({
    name,
    graph,
    model: exportOnnx(graph),
    inputs: randomInputs(graph, createRandom(1)),
    isStored: () => false,
  }));
  return [...whole, openNet()];
}

function openNet(): Exported {
  const graph = netGraph(OPEN_BATCH);
  const inputs = randomInputs(graph, createRandom(1));
  const isStored = (input: string) => input.startsWith('params.');
  const stored = [...inputs].filter(([name]) => isStored(name)).flatMap(([, { data }]) => [...data]);
  const constants = { params: { data: Float32Array.from(stored) } };
  return { name: 'open-net', graph, model: exportOnnx({ graph: netGraph }, { constants }), inputs, isStored };
}
