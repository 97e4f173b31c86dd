import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRandom } from '@unbraid/kernels';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { call } from './call.ts';
import { temporaryFolder } from './folders.ts';

const NODES = 72;
/** Of a circle of nodes. */
const EDGES = Array.from({ length: NODES }, (_, i) => [i, (i + 1) % NODES] as const);

/** Nodes around a circle, whose targets follow from their place on it and whose two columns tell that with noise; every ninth says nothing. */
function circle() {
  const folder = temporaryFolder();
  const random = createRandom(5);
  const noise = random.normal(new Float32Array(2 * NODES));
  const rows = Array.from({ length: NODES }, (_, i) => {
    const [sin, cos] = [Math.sin((2 * Math.PI * i) / NODES), Math.cos((2 * Math.PI * i) / NODES)];
    const columns = [sin + noise[2 * i]! / 3, cos + noise[2 * i + 1]! / 3].map((value) => value.toFixed(3));
    const told = [
      sin > 0 ? 'yes' : 'no',
      sin > 0 ? 1 : 0,
      i % 7 === 0 ? '' : cos > 0.3 ? 1 : 0,
      (1000 + 200 * sin).toFixed(2),
      (3 - cos).toFixed(3),
    ];
    return [i, ...columns, ...(i % 9 === 4 ? told.map(() => '') : told), sin > 0 ? 'up' : 'down'].join(',');
  });
  const [nodes, edges] = [join(folder, 'nodes.csv'), join(folder, 'edges.csv')];
  writeFileSync(nodes, ['id,x,y,won,hot,wet,height,weight,side', ...rows].join('\n'));
  writeFileSync(edges, ['a,b', ...EDGES.map((edge) => edge.join(','))].join('\n'));
  return { folder, nodes, edges, run: join(folder, 'run') };
}

type Files = ReturnType<typeof circle>;
const TARGETS = ['won', 'hot', 'wet', 'height', 'weight'];

function fitArgs({ nodes, edges, run }: Files, target: string, ...more: string[]): string[] {
  const others = [...TARGETS, 'side'].filter((name) => !target.split(',').includes(name));
  return [
    ...[
      'fit',
      'gfgn',
      '--nodes',
      nodes,
      '--edges',
      edges,
      '--target',
      target,
      '--omit',
      others.join(','),
      '--out',
      run,
    ],
    ...['--preset', 'smoke', '--baselines', 'majority,logistic', '--set', 'epochs=40', '--set', 'hidden=16', ...more],
  ];
}

/** Fits, and gives the summary, the scores of all nodes with a target, and what is predicted for those without. */
async function fitted(files: Files, target: string, ...more: string[]) {
  const fit = await call(fitArgs(files, target, ...more, '--json'));
  expect({ code: fit.code, said: fit.stderr.split('\n').filter((line) => line.startsWith('unbraid:')) }).toEqual({
    code: 0,
    said: [],
  });
  const scored = await call(['evaluate', files.run, '--json']);
  const out = join(files.folder, 'p.csv');
  const own = await call(['predict', files.run, '--out', out, '--json']);
  const [header, ...rows] = readFileSync(out, 'utf8').trim().split('\n');
  return {
    summary: JSON.parse(fit.stdout).summary,
    scored: JSON.parse(scored.stdout),
    predicted: JSON.parse(own.stdout).rows as number,
    header: header!.replaceAll('"', ''),
    rows: rows.map((row) => row.split(',')),
    html: readFileSync(join(files.run, 'report.html'), 'utf8'),
  };
}

/** What an exported model gives for the same graph. */
async function inOnnx({ folder, nodes, run }: Files) {
  const path = join(folder, 'm.onnx');
  expect((await call(['export', run, '--onnx', path])).code).toBe(0);
  const table = readFileSync(nodes, 'utf8')
    .split('\n')
    .slice(1)
    .map((line) => line.split(','));
  const column = (at: number) =>
    new Tensor(
      'float64',
      Float64Array.from(table, (row) => Number(row[at])),
      [NODES, 1],
    );
  const edges = new Tensor('int64', BigInt64Array.from(EDGES.flat(), BigInt), [NODES, 2]);
  const session = await InferenceSession.create(path);
  return session.run({ x: column(1), y: column(2), edges });
}

/** Rows of `cols` numbers of a file of predictions, from column `from` on, and the same nodes' in a tensor. */
function expectSame(found: Tensor, rows: readonly string[][], from: number, digits: number): void {
  const [, cols] = found.dims as readonly [number, number];
  for (const row of rows)
    for (let k = 0; k < cols; k++)
      expect((found.data as Float32Array)[Number(row[0]) * cols + k]).toBeCloseTo(Number(row[from + k]), digits);
}

describe('unbraid fit gfgn --task', () => {
  it('binary scores two classes by ROC AUC, with balanced classes too', async () => {
    const files = circle();
    const { summary, scored, predicted, header, rows, html } = await fitted(
      files,
      'won',
      '--task',
      'binary',
      '--class-weights',
      'balanced',
    );
    expect(summary).toMatchObject({ task: 'binary', classes: 2, labelled: 64, majority: 0.5 });
    for (const score of [summary.score, summary.accuracy, summary.macroF1]) expect(score).toBeGreaterThan(0.8);
    expect(scored).toMatchObject({ task: 'binary', nodes: 64, learned: 64 });
    expect(scored.score).toBeGreaterThan(scored.scoreLower);
    expect([predicted, header]).toEqual([8, 'id,prediction,probability_no,probability_yes']);
    for (const [, label, no, yes] of rows)
      expect([label, Number(no) + Number(yes)]).toEqual([Number(yes) > 0.5 ? 'yes' : 'no', expect.closeTo(1, 6)]);
    for (const title of ['ROC AUC on test nodes', 'What is taken for what', 'whose test ROC AUC is'])
      expect(html).toContain(title);
    const { label, probabilities } = await inOnnx(files);
    expectSame(probabilities!, rows, 2, 4);
    for (const row of rows) expect((label!.data as unknown as string[])[Number(row[0])]).toBe(row[1]);
  });

  it('multilabel takes several columns, of which some entries may be missing', async () => {
    const files = circle();
    const given = ['--task', 'multilabel', '--class-weights', 'balanced', '--set', 'smoothing=false'];
    const { summary, scored, predicted, header, rows, html } = await fitted(files, 'won,wet', ...given);
    expect(summary).toMatchObject({ task: 'multilabel', classes: 2, labelled: 64, majority: 0.5 });
    for (const score of [summary.score, summary.accuracy]) expect(score).toBeGreaterThan(0.8);
    expect(summary).not.toHaveProperty('homophily');
    expect(scored.accuracy).toBeGreaterThan(0.8);
    // Nodes of which one of both is missing.
    expect([predicted, header]).toEqual([18, 'id,prediction_won,prediction_wet,probability_won,probability_wet']);
    for (const [, won, , p] of rows) expect(won).toBe(Number(p) > 0.5 ? '1' : '0');
    expect(html).toContain('Label by label');
    expectSame((await inOnnx(files)).probabilities!, rows, 3, 4);
  });

  it('regression predicts quantities in their own units', async () => {
    const files = circle();
    const given = ['--task', 'regression', '--set', 'smoothing=false'];
    const { summary, scored, header, rows, html } = await fitted(files, 'height,weight', ...given);
    expect(summary).toMatchObject({ task: 'regression', classes: 2, labelled: 64 });
    expect(summary.score).toBeGreaterThan(0.6);
    expect(summary.majority).toBeLessThan(0.1);
    expect(scored.score).toBeGreaterThan(0.6);
    // The mean over one of some hundred and one of about one.
    expect(scored.meanAbsoluteError).toBeGreaterThan(5);
    expect(header).toBe('id,prediction_height,prediction_weight');
    for (const [, height, weight] of rows) {
      expect(Math.abs(Number(height) - 1000)).toBeLessThan(400);
      expect(Math.abs(Number(weight) - 3)).toBeLessThan(2);
    }
    for (const title of [
      'R² on test nodes',
      'Quantity by quantity',
      'weight: what is predicted, and what is',
      'linear regression, no edges',
    ])
      expect(html).toContain(title);
    expectSame((await inOnnx(files)).prediction!, rows, 1, 2);
  });

  it('monitors the score of the task, in batches as well', async () => {
    const files = circle();
    const given = [
      '--task',
      'regression',
      '--sample',
      '2,2',
      '--set',
      'smoothing=false',
      '--set',
      'candidates=4',
      '--model',
      'gcn',
    ];
    const { summary, header } = await fitted(
      files,
      'height',
      ...given,
      '--repeats',
      '1',
      '--baselines',
      'mlp',
      '--set',
      'epochs=10',
      '--set',
      'batchSize=16',
    );
    expect([summary.model, header]).toEqual(['gcn', 'id,prediction']);
    const manifest = JSON.parse(readFileSync(join(files.run, 'artifacts', 'model.json'), 'utf8'));
    expect(manifest.nodesAtOnce).toBe(8192);
  });
});

describe('a target that is not of the task is one line, and nothing is written', () => {
  const changed = (change: (text: string) => string) => () => {
    const made = circle();
    writeFileSync(made.nodes, change(readFileSync(made.nodes, 'utf8')));
    return made;
  };
  it.each<[string, () => Files, string, string[], number, RegExp]>([
    ['a task that there is not', circle, 'won', ['--task', 'ranking'], 2, /task cannot come from "ranking"/],
    [
      'weights that there are not',
      circle,
      'won',
      ['--class-weights', 'rare'],
      2,
      /classWeights cannot come from "rare"/,
    ],
    ['a task by --set', circle, 'won', ['--set', 'task=binary'], 2, /--set task: this setting has an option/],
    ['several classes in columns', circle, 'won,hot', [], 2, /names 2 columns, and --task classification takes one/],
    ['a column twice', circle, 'hot,hot', ['--task', 'multilabel'], 2, /--target names "hot" twice/],
    [
      'a column that is not there',
      circle,
      'hot,wett',
      ['--task', 'multilabel'],
      2,
      /--target "wett": nodes\.csv has no such column; the nearest are "wet"/,
    ],
    [
      'quantities as classes',
      circle,
      'height',
      ['--task', 'binary'],
      1,
      /"height" holds quantities, and --task binary predicts classes; take --task regression/,
    ],
    [
      'three classes as two',
      changed((text) => text.replace(',up', ',over')),
      'side',
      ['--task', 'binary'],
      1,
      /"side" has 3 classes, and --task binary takes two/,
    ],
    [
      'texts as labels',
      circle,
      'hot,side',
      ['--task', 'multilabel'],
      1,
      /"side" of nodes\.csv is "down" at row 0.*a label is 0 or 1/,
    ],
    [
      'quantities as labels',
      circle,
      'hot,height',
      ['--task', 'multilabel'],
      1,
      /"height" of nodes\.csv is "1000" at row 0/,
    ],
    [
      'texts as quantities',
      circle,
      'side',
      ['--task', 'regression'],
      1,
      /"side" of nodes\.csv is "down" at row 0.*takes finite numbers/,
    ],
    [
      'weights of quantities',
      circle,
      'height',
      ['--task', 'regression', '--class-weights', 'balanced'],
      2,
      /--class-weights goes with classes and labels/,
    ],
    [
      'proportions of quantities',
      circle,
      'height',
      ['--task', 'regression', '--split', 'stratified'],
      2,
      /--task regression has none/,
    ],
    [
      'the same label everywhere',
      changed((text) => text.replaceAll(/,(yes|no),[01],/g, ',$1,1,')),
      'hot',
      ['--task', 'multilabel'],
      1,
      /"hot" is 1 in every row that has one/,
    ],
    [
      'no labels',
      changed((text) => text.replaceAll(/,(yes|no),[01],/g, ',$1,,')),
      'hot',
      ['--task', 'multilabel'],
      1,
      /"hot" is missing in all 72 rows/,
    ],
    [
      'a quantity beyond float32',
      changed((text) => text.replace(',1000.00,', ',1e39,')),
      'height',
      ['--task', 'regression'],
      1,
      /is 1e\+39 at row 0/,
    ],
    [
      'one class to choose by',
      changed((text) => text.replaceAll(/,(yes|no),/g, ',no,').replace(/,no,/, ',yes,')),
      'won',
      ['--task', 'binary'],
      1,
      /ROC AUC needs nodes of both classes among the \d+ nodes for validation/,
    ],
  ])('%s', async (_, make, target, more, code, said) => {
    const made = make();
    const done = await call(fitArgs(made, target, ...more));
    expect({ code: done.code, stdout: done.stdout }).toEqual({ code, stdout: '' });
    expect(done.stderr.split('\n').filter((line) => line.startsWith('unbraid:'))).toEqual([
      expect.stringMatching(said),
    ]);
    expect(existsSync(made.run)).toBe(false);
  });
});
