import { correlation } from '@unbraid/experiment/statistics';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { type Curve, type Demo, Frame, LineChart, newestOf, type TableOf, useTask, type ViewProps } from '../frame.tsx';
import { choice, range, seed, text } from '../settings.ts';
import { gfgnCode } from './code.ts';
import { type Drawing, drawingText, parseDrawing, undone } from './drawing.ts';
import { GraphView, type Tool } from './graph-view.tsx';
import type { GfgnTasks, NoisePoint, Result } from './model.ts';
import { type Compared, drawnGraph, models, type Preset, presets, SPLITS } from './model-settings.ts';
import { Scores } from './scores.tsx';

const settings = {
  preset: choice<Preset>({
    label: 'Neighbours',
    help: 'How often the ends of an edge agree, for each of three attributes that tell of the class.',
    choices: { mixed: presets.mixed.label, alike: presets.alike.label, unlike: presets.unlike.label },
    default: 'mixed',
  }),
  noise: range({ label: 'Random edges added', min: 0, max: 200, step: 25, default: 0, unit: '%' }),
  seed: seed(),
  drawing: text(),
};
const MOST_NOISE = 200;
const MORE_NOISE = 25;

export const gfgn: Demo<typeof settings, GfgnTasks> = {
  name: 'gfgn',
  title: 'GFGN: each feature dimension smoothed by its own amount',
  claim:
    'A GCN smooths all feature dimensions of a graph by the same amount; a gate for each dimension learns which ones neighbours share, and so suffers less where they differ and where edges are noise.',
  source: { label: 'arXiv 2105.04493', href: 'https://arxiv.org/abs/2105.04493' },
  settings,
  presets: {
    Mixed: { preset: 'mixed', noise: 0 },
    Alike: { preset: 'alike', noise: 0 },
    Unlike: { preset: 'unlike', noise: 0 },
    Noisy: { preset: 'mixed', noise: 100 },
  },
  View,
};

const titles: Readonly<Record<Compared, string>> = { gfgnGraph: 'GFGN', gcn: 'GCN', mlp: 'MLP, no edges' };

function View({ values, change, worker, attempt }: ViewProps<typeof settings, GfgnTasks>) {
  const { preset, noise, seed: drawnFrom } = values;
  const [tool, setTool] = useState<Tool>(0);
  const drawing = useMemo(() => parseDrawing(values.drawing, drawnGraph.nodes), [values.drawing]);
  const input = { preset, noise: noise / 100, drawing, seed: drawnFrom };
  const drawn = useTask(worker, 'draw', input, attempt);
  const task = useTask(worker, 'train', input, attempt);
  const graph = JSON.stringify([preset, drawing, drawnFrom]);
  const [swept, setSwept] = useState<string>();
  const sweep = useTask(worker, 'sweep', swept === graph ? { ...input, noise: 0 } : undefined, attempt);
  const result = newestOf(task);
  const points = usePoints(graph, noise / 100, task.status === 'done' ? task.result : undefined);
  const measured = joined(points, swept === graph ? (newestOf(sweep) ?? []) : []);
  const isDone = task.status === 'done';
  const failed = [drawn, task, sweep].find(({ status }) => status === 'error');
  const draw = (next: Drawing) => change({ drawing: drawingText(next) });
  const homophily = drawn.result?.homophily ?? [];
  const scores = result?.scores ?? [];
  return (
    <Frame
      status={failed ? 'error' : isDone && sweep.status !== 'busy' ? 'done' : 'busy'}
      error={failed?.error}
      doing={isDone ? 'Measuring all levels of noise …' : 'Training …'}
      share={isDone ? undefined : (result?.trainings.length ?? 0) / (SPLITS * models.length)}
      readouts={[
        ...models.map((model) => ({
          name: model,
          label: `Test accuracy, ${titles[model]}`,
          value: isDone ? result?.accuracy[model] : undefined,
          unit: '%',
        })),
        {
          name: 'correlation',
          label: 'Correlation of scores and homophily',
          value: isDone && result ? correlation(result.scores, result.homophily) : undefined,
        },
      ]}
      tables={() => tablesOf(result, measured)}
      code={gfgnCode(input, drawn.result?.added)}
      codePrints="the test accuracies of MLP, GCN and GFGN in percent"
      controls={
        <Tools
          tool={tool}
          setTool={setTool}
          more={noise < MOST_NOISE ? () => change({ noise: Math.min(MOST_NOISE, noise + MORE_NOISE) }) : undefined}
          undo={values.drawing === '' ? undefined : () => draw(undone(drawing, drawnGraph.nodes))}
          sweep={swept === graph ? undefined : () => setSwept(graph)}
        />
      }
    >
      <div class="pair">
        {drawn.result && (
          <GraphView picture={drawn.result} drawing={drawing} own={drawnGraph.nodes} tool={tool} onDraw={draw} />
        )}
        <div style={{ display: 'grid', gap: '1.25rem', alignContent: 'start' }}>
          <Scores scores={scores} homophily={homophily} />
          <LineChart
            title="Accuracy as random edges are added"
            caption={`Means over ${SPLITS} splits of the nodes; a fifth of them, 32, is tested on, so that one node is a percent here. Chance gives about 50.`}
            curves={curvesOf(measured)}
            xLabel="random edges in % of the others"
            yLabel="test accuracy in %"
            xDomain={[0, MOST_NOISE]}
            yDomain={[40, 100]}
          />
        </div>
      </div>
    </Frame>
  );
}

/** What was measured of a graph so far, level by level. */
function usePoints(graph: string, noise: number, result: Result | undefined): readonly NoisePoint[] {
  const [kept, setKept] = useState<{ readonly graph: string; readonly points: readonly NoisePoint[] }>({
    graph,
    points: [],
  });
  useEffect(() => {
    if (!result) return;
    const point = { noise, accuracy: result.accuracy };
    setKept((before) => ({ graph, points: joined([point], before.graph === graph ? before.points : []) }));
  }, [graph, noise, result]);
  return kept.graph === graph ? kept.points : [];
}

/** In order; of two points of one level the first list's. */
function joined(first: readonly NoisePoint[], second: readonly NoisePoint[]): NoisePoint[] {
  const rest = second.filter(({ noise }) => !first.some((point) => point.noise === noise));
  return [...first, ...rest].sort((a, b) => a.noise - b.noise);
}

const dashes: Readonly<Record<Compared, string | undefined>> = { gfgnGraph: undefined, gcn: '6 3', mlp: '2 3' };

const curvesOf = (points: readonly NoisePoint[]): Curve[] =>
  models.map((model, i) => ({
    name: titles[model],
    x: points.map(({ noise }) => 100 * noise),
    y: points.map(({ accuracy }) => accuracy[model] ?? Number.NaN),
    series: [1, 2, 4][i]!,
    points: true,
    ...(dashes[model] && { dash: dashes[model] }),
  }));

function tablesOf(result: Result | undefined, points: readonly NoisePoint[]): TableOf[] {
  return [
    {
      caption: 'Learnt smoothing of each feature dimension, and its homophily',
      columns: ['dimension', 'homophily', 'score'],
      rows: Array.from(result?.scores ?? [], (score, d) => [d + 1, result!.homophily[d]!, score]),
    },
    {
      caption: 'Test accuracy in % as random edges are added',
      columns: ['random edges in %', ...models.map((model) => titles[model])],
      rows: points.map(({ noise, accuracy }) => [100 * noise, ...models.map((model) => accuracy[model] ?? '…')]),
    },
    {
      caption: 'Each training',
      columns: ['model', 'split', 'test accuracy in %'],
      rows: (result?.trainings ?? []).map(({ model, split, accuracy }) => [titles[model], split + 1, 100 * accuracy]),
    },
  ];
}

function Tools(props: {
  readonly tool: Tool;
  readonly setTool: (tool: Tool) => void;
  readonly more: (() => void) | undefined;
  readonly undo: (() => void) | undefined;
  readonly sweep: (() => void) | undefined;
}) {
  const { tool, setTool, more, undo, sweep } = props;
  const tools = [
    [0, '● node'],
    [1, '■ node'],
    ['edge', 'edges only'],
  ] as const;
  return (
    <>
      <fieldset>
        <legend>A click draws</legend>
        <div class="buttons">
          {tools.map(([each, words]) => (
            <button type="button" key={words} aria-pressed={tool === each} onClick={() => setTool(each)}>
              {words}
            </button>
          ))}
          <button type="button" onClick={undo} disabled={!undo}>
            Undo
          </button>
        </div>
      </fieldset>
      <div class="buttons">
        <button type="button" onClick={more} disabled={!more}>
          Add {MORE_NOISE}% random edges
        </button>
        <button type="button" onClick={sweep} disabled={!sweep}>
          Measure all levels
        </button>
      </div>
    </>
  );
}
