import { resolve } from 'node:path';
import { type Experiment, settingsFromText, UsageError } from '@unbraid/experiment';
import type { Command } from 'commander';
import type { z } from 'zod';
import type { FitFlags } from '../method.ts';
import { graphModels } from './settings.ts';

/** A graph's options as commander gives them. */
export interface GraphFlags extends FitFlags {
  readonly nodes: string;
  readonly edges: string;
  readonly target: string;
  readonly classWeights?: string;
  readonly omit?: string;
  readonly kinds?: readonly string[];
}

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

/** Options of `fit gfgn`. */
export function graphGrammar(command: Command): void {
  command
    .requiredOption('--nodes <file>', 'a table with a row for each node: .csv, .tsv, .parquet …')
    .requiredOption('--edges <file>', 'a table with a row for each edge, the two nodes in its first two columns')
    .requiredOption(
      '--target <column>',
      'the class to predict, or several columns by commas; nodes without one get predictions',
    )
    .option('--task <name>', 'classification (default), binary (two classes, by ROC AUC), multilabel or regression')
    .option('--class-weights <how>', 'balanced: rare classes count as much as frequent ones (default: none)')
    .option('--id <column>', 'the column that edges name nodes by (default: id, or else the number of the row, from 0)')
    .option('--from <column>', 'the column of an edge’s one node (default: the first)')
    .option('--to <column>', 'the column of its other node (default: the second); edges have no direction')
    .option('--weight <column>', 'the column of its weight, a number above 0 (default: all 1)')
    .option('--omit <columns>', 'columns of the nodes to leave out: name,url')
    .option(
      '--kinds <column=kind>',
      'what a column holds, any number of times: zip=text, or number, date, category …',
      collect,
    )
    .option(
      '--model <name>',
      `${graphModels[0]} (default), ${graphModels.slice(1, -1).join(', ')} or ${graphModels.at(-1)}`,
    )
    .option('--baselines <names>', 'what to compare it with (default: majority,logistic,mlp,gcn)')
    .option('--split <how>', 'stratified (default), random, or a column that says train, valid or test')
    .option(
      '--sample <n,n>',
      'neighbours drawn around some nodes in each step, hop by hop: 10,10 (default: all nodes in a step)',
    )
    .option('--repeats <n>', 'splits, or with a column of a split seeds, to average over (default: 5)');
}

/** Settings that an option gives, and `--set` doesn't, by the option's name. */
const OWN = [
  ...(['target', 'task', 'classWeights', 'id', 'from', 'to', 'weight'] as const),
  ...(['model', 'baselines', 'split', 'repeats', 'sample'] as const),
];
const TAKEN: readonly string[] = [...OWN, 'nodes', 'nodesSha256', 'edges', 'edgesSha256', 'omit', 'kinds'];

/**
 * The settings that flags give.
 * @throws {UsageError} for what can't be read
 */
export function graphOverrides<S extends z.ZodObject>(
  experiment: Experiment<S>,
  flags: GraphFlags,
): Record<string, unknown> {
  const plain = experiment as unknown as Experiment;
  const set = settingsFromText(plain, flags.set);
  const taken = Object.keys(set).find((key) => TAKEN.includes(key));
  if (taken !== undefined)
    throw new UsageError(`${experiment.name}: --set ${taken}: this setting has an option of its own`);
  return {
    ...set,
    ...settingsFromText(
      plain,
      OWN.flatMap((key) => (flags[key] === undefined ? [] : [`${key}=${flags[key]}`])),
    ),
    nodes: resolve(flags.nodes),
    edges: resolve(flags.edges),
    ...(flags.omit !== undefined && { omit: flags.omit.split(',').map((column) => column.trim()) }),
    ...(flags.kinds !== undefined && { kinds: Object.fromEntries(flags.kinds.map(kindOf)) }),
  };
}

/** A column's name may hold an equals sign; a kind doesn't. */
function kindOf(pair: string): [string, string] {
  const at = pair.lastIndexOf('=');
  if (at < 1) throw new UsageError(`fit: --kinds ${pair}: write it as zip=text`);
  return [pair.slice(0, at), pair.slice(at + 1)];
}

/** `--class-weights` of `classWeights`. */
const optionOf = (key: string): string => `--${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** The words that give the same settings again. */
export function graphWords(flags: GraphFlags): string[] {
  return [
    ...['fit', 'gfgn', '--nodes', flags.nodes, '--edges', flags.edges],
    ...[...OWN, 'omit'].flatMap((key) => (flags[key] === undefined ? [] : [optionOf(key), String(flags[key])])),
    ...(flags.kinds ?? []).flatMap((pair) => ['--kinds', pair]),
  ];
}
