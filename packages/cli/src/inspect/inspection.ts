import { defineExperiment, type Experiment } from '@unbraid/experiment';
import { findingsOf, meanings, summaryOf } from './findings.ts';
import { type Bench, blockRows, changeAlong, hessiansOf, kernelOf, trainingSteps, waysFrom } from './measure.ts';
import { reportFindings } from './report.ts';
import { presets, settings } from './settings.ts';
import { readSameSubject, type Subject } from './subject.ts';

/** Its name in run directories. */
export const INSPECTION = 'inspect/model';

/**
 * The inspection of a model, as an experiment: its settings name the files.
 * @param subject what was read already; by default it is read, and must be what the settings say
 */
export const inspection = (subject?: Subject): Experiment<typeof settings> =>
  defineExperiment({
    name: INSPECTION,
    title: 'Is this network in the linear regime?',
    paper: 'after arXiv 2010.01092',
    description:
      'Measures a network at its own weights: both ends of the spectrum of its Hessian, by Lanczos on exact Hessian-vector products; its tangent kernel and ' +
      'the spectrum; and how far it is from its tangent model after the step that would fit the rows there. A network is in the linear regime where ' +
      'training that far leaves tangent kernel and outputs as the tangent model has them.',
    settings,
    presets,
    metrics: {
      lower: { description: 'Smallest eigenvalue of the Hessian', x: 'row', by: ['part'] },
      lowerBound: { description: 'Bound of the error of the smallest eigenvalue', x: 'row', by: ['part'] },
      upper: { description: 'Largest eigenvalue of the Hessian', x: 'row', by: ['part'] },
      upperBound: { description: 'Bound of the error of the largest eigenvalue', x: 'row', by: ['part'] },
      products: { description: 'Hessian-vector products that it took', x: 'row', by: ['part'] },
    },
    summary: meanings,
    async run(context) {
      const { nodeRuntime } = await import('@unbraid/graph/node');
      const own = subject ?? (await readSameSubject(context.settings, context.seed));
      const { settings: s, progress } = context;
      const hessianRows = Math.min(s.hessianRows, own.x.rows);
      const blocks = Math.ceil(own.x.rows / blockRows(own));
      const total = hessianRows + 2 * blocks + 1 + 2 + s.directions;
      let done = 0;
      const bench: Bench = {
        context,
        subject: own,
        runtime: nodeRuntime(),
        tell: (detail) => progress({ done, total, label: 'parts', detail }),
        next(parts) {
          const before = done;
          done += parts;
          return { label: 'parts', done: before, total };
        },
      };
      const hessians = await hessiansOf(bench, hessianRows);
      const kernel = await kernelOf(bench, 'tangent kernel', async () => own.params);
      const { step, training, rising } = await trainingSteps(bench, kernel);
      const ways = await waysFrom(bench, step, training, rising);
      const kernelChange = await changeAlong(bench, kernel, training);
      const findings = findingsOf({ subject: own, settings: s, hessians, kernel, step, kernelChange, ways });
      await reportFindings(context, findings);
      return summaryOf(findings);
    },
  });
