import type { Bench } from '../bench.ts';
import type { Explained } from '../explain.ts';
import type { Curve } from '../learning-curve.ts';
import type { Choice, TableMethod } from '../method.ts';
import type { Answers } from '../scores/answers.ts';
import type { Compared } from '../scores/compared.ts';
import type { TableSettings } from '../settings.ts';
import { calibrationFigure, confusionFigure } from './classes.ts';
import { curveFigure } from './curve.ts';
import { dependenceFigures, importanceFigure } from './explained.ts';
import { residualFigures } from './quantities.ts';
import { noticesTable, scoresTable } from './scores.ts';

/** What a report of a fit is made of. */
export interface Findings<S extends TableSettings> {
  readonly method: TableMethod<S>;
  readonly choice: Choice;
  readonly compared: readonly Compared[];
  /** Of the tested rows, in the order of the outputs. */
  readonly answers: Answers;
  readonly curve: Curve;
  readonly explained: Explained;
}

/** Tables and figures of a fit. */
export async function reportFit<S extends TableSettings>(bench: Bench<S>, findings: Findings<S>): Promise<void> {
  const { context, source } = bench;
  const { choice, compared, answers, curve, explained, method } = findings;
  const { outputs } = compared[0]!;
  scoresTable(context, source, compared, choice.chosen);
  noticesTable(context, source);
  await choice.report(context);
  await curveFigure(context, method.label, curve, compared, answers.task);
  if (answers.task === 'classification') {
    await confusionFigure(context, answers, outputs);
    await calibrationFigure(context, answers, outputs);
  } else await residualFigures(context, source.target.column, answers, outputs);
  await importanceFigure(context, explained, answers.task);
  await dependenceFigures(context, source, explained);
}
