import { nodeRuntime } from '@unbraid/graph/node';
import { describe, expect, it } from 'vitest';
import { loadHeterophily } from './heterophily-data.ts';
import { type ContenderName, contenderNames, contenders } from './heterophily-models.ts';
import { chosenOf, configurationsOf, summarizeHeterophily } from './heterophily-report.ts';
import { outputsFor, scoredFit } from './scored-fit.ts';

describe('tuning', () => {
  const trial = (model: ContenderName, configuration: number, validation: number, run = 0) => ({
    ...{ model, configuration, run, validation },
    ...{ test: validation + 1, epoch: 1, seconds: 1 },
  });

  it('tries the same configurations for every model, all of the grid', () => {
    const grid = configurationsOf({ learningRates: [0.1, 0.2], dropouts: [0, 0.5], depths: [1, 2, 3] });
    expect(grid).toHaveLength(12);
    expect(new Set(grid.map((each) => JSON.stringify(each))).size).toBe(12);
  });

  it('chooses by the mean over its splits, each model for itself, the first of equal ones', () => {
    const tuned = [
      ...[trial('gcn', 0, 80), trial('gcn', 0, 82, 1), trial('gcn', 1, 90), trial('gcn', 1, 70, 1)],
      ...[trial('sage', 0, 50), trial('sage', 1, 60), trial('gat', 0, 60), trial('gat', 1, 60)],
    ];
    expect((['gcn', 'sage', 'gat', 'mlp'] as const).map((model) => chosenOf(tuned, model))).toEqual([0, 1, 0, 0]);
  });

  it('is summed up by mean and deviation', () => {
    expect(summarizeHeterophily([trial('sage', 0, 80), trial('sage', 0, 82, 1)])).toEqual({
      ...{ sage: 82, sageStd: 1.41, sageValidation: 81 },
    });
  });
});

describe('contenders', () => {
  const SIZE = 24;

  it('learn where mines are from neighbours, and nothing without them', async () => {
    const { graph, splits } = await loadHeterophily({ dataset: 'minesweeper-drawn', size: SIZE }, 1);
    const score = async (model: ContenderName) => {
      const contender = contenders[model];
      if (!('network' in contender)) throw new Error(`${model} is no network`);
      const shape = { inputs: 7, outputs: outputsFor(graph), hidden: 16, depth: 1, dropout: 0 };
      const { test } = await scoredFit({
        ...{
          model: contender.network(shape),
          graph,
          split: splits[0]!,
          learningRate: 0.02,
          weightDecay: 0,
          epochs: 25,
        },
        ...{ seed: 1, runtime: nodeRuntime(), onWarning: () => {} },
      });
      return test;
    };
    expect(Math.abs((await score('resnet')) - 50)).toBeLessThan(12);
    expect(await score('sage')).toBeGreaterThan(72);
    for (const model of ['graphTransformer', 'h2gcn', 'gprGnn', 'fagcn'] as const)
      expect([model, (await score(model)) > 55]).toEqual([model, true]);
  });

  it('take any width that the protocol does, and give an output for each class', () => {
    const shape = { inputs: 5, outputs: 3, hidden: 16, depth: 2, dropout: 0.2 };
    for (const name of contenderNames) {
      const contender = contenders[name];
      if ('network' in contender) {
        const { inputs, outputs } = contender.network(shape);
        expect([name, inputs, outputs]).toEqual([name, 5, 3]);
      }
    }
  });

  it('are tuned on splits other than those that are reported, where splits are drawn', async () => {
    const { splits, tuning } = await loadHeterophily({ dataset: 'minesweeper-drawn', size: SIZE }, 1);
    for (const split of tuning) expect(splits.some(({ train }) => train.join() === split.train.join())).toBe(false);
  });
});
