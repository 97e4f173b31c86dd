import { InputError } from '@unbraid/checks';
import { UsageError } from '@unbraid/experiment';
import { targetScores } from './scores.ts';
import type { GraphSettings } from './settings.ts';
import type { Parts } from './splits.ts';
import { type NodeTargets, outputsOf } from './targets.ts';

/** @throws {UsageError} for settings that are of another task */
export function checkTask({ task, classWeights, split }: GraphSettings): void {
  if (task === 'regression' && classWeights !== 'none')
    throw new UsageError('fit: --class-weights goes with classes and labels, and --task is regression; leave it out');
  if (split === 'stratified' && (task === 'multilabel' || task === 'regression'))
    throw new UsageError(
      `fit: --split stratified keeps the proportions of classes, and --task ${task} has none; leave it out, or take random`,
    );
}

const reasons = {
  binary: 'ROC AUC needs nodes of both classes',
  multilabel: 'ROC AUC needs a label that some nodes have and others don’t',
  regression: 'R² needs a node whose target is known',
} as const;

/** @throws {InputError} `data`, for parts in which a task has no score */
export function checkMeasured(parts: Parts, targets: NodeTargets): void {
  const { task } = targets;
  if (task === 'classification') return;
  for (const part of ['validation', 'test'] as const) {
    const nodes = parts[part];
    const outputs = new Float32Array(nodes.length * outputsOf(targets));
    if (targetScores({ test: nodes, outputs }, targets).some((score) => !Number.isNaN(score))) continue;
    throw new InputError(
      'data',
      `fit: ${reasons[task]} among the ${nodes.length} nodes for ${part}, and there is none; label more nodes, or split them otherwise (--split)`,
    );
  }
}
