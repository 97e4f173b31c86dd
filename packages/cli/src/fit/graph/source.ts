import { basename } from 'node:path';
import { InputError, showValue } from '@unbraid/checks';
import { RunError } from '@unbraid/experiment';
import type { Csr } from '@unbraid/kernels';
import type { DataTable } from '@unbraid/table';
import { hashOfFile } from '../../hash.ts';
import { checkFile } from '../table/source.ts';
import { readEdges } from './edge-table.ts';
import { columnOf, type NodeTable, readNodes } from './node-table.ts';
import type { GraphSettings } from './settings.ts';
import { isMostlyZero } from './sparse-columns.ts';
import { type GivenParts, partsIn } from './splits.ts';
import { type NodeTargets, readTargets, strataOf, targetColumns } from './targets.ts';

/** A graph to learn from. */
export interface GraphSource {
  /** `nodes.csv` */
  readonly name: string;
  readonly table: DataTable;
  readonly ids: readonly string[];
  /** The column that edges name nodes by; undefined for numbers of rows. */
  readonly id: string | undefined;
  readonly adjacency: Csr;
  readonly edges: number;
  readonly targets: NodeTargets;
  /** Of each node, what splits are drawn by; −1 where nothing is known of it. */
  readonly strata: Int32Array;
  /** Columns to learn from. */
  readonly inputs: readonly string[];
  /** Whether these stay sparse and unscaled. */
  readonly isSparse: boolean;
  /** What a column of the nodes says of the split. */
  readonly given: GivenParts | undefined;
  readonly notices: readonly string[];
  readonly identity: Pick<GraphSettings, 'nodesSha256' | 'edgesSha256'>;
}

/** @throws {UsageError} where there is no such file */
export function checkFiles({ nodes, edges }: Pick<GraphSettings, 'nodes' | 'edges'>): void {
  for (const path of [nodes, edges]) checkFile(path);
}

/**
 * Reads the nodes and the edges and checks that they fit each other and the settings, so that nothing else begins a run.
 * @throws {InputError} in one line
 */
export async function readSource(settings: GraphSettings): Promise<GraphSource> {
  checkFiles(settings);
  const notices: string[] = [];
  const onWarning = (line: string) => void notices.push(line);
  const nodes = await readNodes(settings, onWarning);
  const inputs = inputsOf(nodes, settings);
  const targets = readTargets({ table: nodes.table, path: settings.nodes }, settings.target, settings.task, notices);
  const strata = strataOf(targets);
  const { adjacency, edges, notices: ofEdges } = await readEdges(settings, nodes.ids, onWarning);
  notices.push(...ofEdges);
  const given = isDrawn(settings.split)
    ? undefined
    : partsIn(columnOf(nodes.table, settings.split, '--split', settings.nodes), strata);
  if (given) notices.push(...given.notices);
  return {
    name: basename(settings.nodes),
    ...nodes,
    adjacency,
    edges,
    targets,
    strata,
    inputs,
    isSparse: settings.features === 'counts' || (settings.features === 'auto' && isMostlyZero(nodes.table, inputs)),
    given,
    notices: notices.map((line) => line.replace(/^table: (\w+: )?/, '')),
    identity: { nodesSha256: await hashOfFile(settings.nodes), edgesSha256: await hashOfFile(settings.edges) },
  };
}

/** The same for a run that goes on. @throws {RunError} where a file is another than the run began with */
export async function readSameSource(settings: GraphSettings): Promise<GraphSource> {
  checkFiles(settings);
  for (const key of ['nodes', 'edges'] as const) {
    const [now, then] = [await hashOfFile(settings[key]), settings[`${key}Sha256`]];
    if (now !== then)
      throw new RunError(
        `fit: ${settings[key]} has changed since the run began (SHA-256 ${then.slice(0, 12)}…, now ${now.slice(0, 12)}…); put it back, or start a new run`,
      );
  }
  return readSource(settings);
}

/** Whether splits are drawn, and no column says what a node is for. */
export const isDrawn = (split: string): boolean => ['', 'stratified', 'random'].includes(split);

function inputsOf({ table, id }: NodeTable, settings: GraphSettings): string[] {
  const { omit, kinds, split, nodes } = settings;
  const targets = targetColumns({ table, path: nodes }, settings.target, settings.task);
  for (const name of omit) columnOf(table, name, '--omit', nodes);
  for (const name of Object.keys(kinds)) columnOf(table, name, '--kinds', nodes);
  for (const [flag, name] of [
    ['--id', id],
    ['--split', split],
  ] as const) {
    if (name !== undefined && targets.includes(name))
      throw new InputError('setting', `fit: ${flag} ${showValue(name)}: this is the target; name another column`);
  }
  const out = new Set([...targets, id, ...omit, ...(isDrawn(split) ? [] : [split])]);
  const inputs = table.columns.map(({ name }) => name).filter((name) => !out.has(name));
  if (inputs.length > 0) return inputs;
  throw new InputError(
    'data',
    'fit: the nodes have no column to learn from beside their name and the target; add some, such as their number of edges',
  );
}
