import { useMemo, useState } from 'preact/hooks';
import { type Demo, Frame, LineChart, useTask, type ViewProps } from '../frame.tsx';
import { choice, range, seed, text } from '../settings.ts';
import { galuCode } from './code.ts';
import { Plane } from './plane.tsx';
import { decodePoints, encodePoints, type Point } from './points.ts';
import { DIMENSION, type GaluTasks } from './tasks.ts';

const settings = {
  data: choice({
    label: 'Points',
    choices: { random: 'random labels', xor: 'XOR', spirals: 'two spirals', drawn: 'drawn by hand' },
    default: 'random',
  }),
  m: range({ label: 'Number of points m', min: 6, max: 60, step: 2, default: 36 }),
  k: range({ label: 'Neurons k', min: 1, max: 60, step: 1, default: 12 }),
  gate: range({
    label: 'Gate shown',
    help: '0: the lines of all gates. Another number: the half-plane in which that neuron is on.',
    min: 0,
    max: 60,
    step: 1,
    default: 0,
  }),
  seed: seed('Of the points, the gates and the first weights of the ReLU network.'),
  drawn: text(),
};

export const galu: Demo<typeof settings, GaluTasks> = {
  name: 'galu',
  title: 'GaLU: the gate apart from the linear part',
  claim:
    'A network whose gates stay as they were drawn is linear in its weights, so training is convex, and it memorizes m random labels in d dimensions once its k neurons have about as many weights as there are labels, k · d ≥ m.',
  source: { label: 'arXiv 1906.05032', href: 'https://arxiv.org/abs/1906.05032' },
  settings,
  presets: {
    'Random labels': { data: 'random' },
    XOR: { data: 'xor', k: 8 },
    Spirals: { data: 'spirals', k: 24 },
    'Too few neurons': { data: 'random', k: 4 },
  },
  View: GaluView,
};

function GaluView({ values, change, worker, attempt }: ViewProps<typeof settings, GaluTasks>) {
  const { data, m, k, gate, seed: drawnFrom, drawn } = values;
  const [label, setLabel] = useState<1 | -1>(1);
  const example = useTask(
    worker,
    'example',
    data === 'drawn' ? undefined : { example: data, count: m, seed: drawnFrom },
    attempt,
  );
  const byHand = useMemo(() => decodePoints(drawn), [drawn]);
  const points = data === 'drawn' ? byHand : (example.result ?? []);
  const some = points.length > 0 && example.status !== 'busy';
  const problem = { points, neurons: k, seed: drawnFrom };
  const trained = useTask(worker, 'galu', some ? problem : undefined, attempt);
  const relu = useTask(worker, 'relu', some ? problem : undefined, attempt);
  const sweep = useTask(worker, 'sweep', some ? { points, seed: drawnFrom } : undefined, attempt);
  const wide = useTask(worker, 'wide', { seed: drawnFrom }, attempt);
  const tasks = [example, trained, relu, sweep, wide];
  const failed = tasks.find(({ status }) => status === 'error');
  const status = failed ? 'error' : tasks.some((task) => task.status === 'busy') ? 'busy' : 'done';
  const wrongOf = ({ status: at, result }: typeof trained | typeof relu) => (at === 'done' ? result?.wrong : undefined);
  const limit = points.length / DIMENSION;
  const draw = (all: readonly Point[]) => change({ data: 'drawn', drawn: encodePoints(all) });
  const progress = relu.progress;

  return (
    <Frame
      status={status}
      error={failed?.error}
      doing={progress ? 'Training the ReLU network …' : 'Solving …'}
      share={progress && progress.step / progress.steps}
      readouts={[
        { name: 'error', label: 'GaLU: mean squared error', value: some ? trained.result?.error : undefined },
        { name: 'wrong', label: 'GaLU: wrong signs', value: some ? count(wrongOf(trained)) : undefined },
        { name: 'relu', label: 'ReLU: mean squared error', value: some ? relu.result?.error : undefined },
        { name: 'reluWrong', label: 'ReLU: wrong signs', value: some ? count(wrongOf(relu)) : undefined },
        { name: 'limit', label: 'm / d, with d = 3', value: limit },
      ]}
      tables={() => [
        {
          caption: 'Training error by size: your points',
          columns: ['k', 'k · d / m', 'mean squared error'],
          rows: rowsOf(sweep.result),
        },
        {
          caption: 'Training error by size: 300 Gaussian inputs of 30 dimensions',
          columns: ['k', 'k · d / m', 'mean squared error'],
          rows: rowsOf(wide.result),
        },
        {
          caption: 'Points',
          columns: ['x', 'y', 'asked for', 'GaLU', 'ReLU'],
          rows: points.map(({ x, y, label: asked }, i) => [
            x,
            y,
            asked,
            said(wrongOf(trained), i),
            said(wrongOf(relu), i),
          ]),
        },
      ]}
      code={galuCode(problem)}
      codePrints="GaLU's mean squared error"
      controls={<Pencil label={label} setLabel={setLabel} clear={() => draw([])} />}
    >
      <div class="pair">
        <Plane
          title={`GaLU, ${k} neurons`}
          caption="Click to add a point, or click a point to take it away. Discs are +1, squares −1; a ring is around a wrong sign. Lines are the gates, drawn once and never trained."
          points={points}
          wrong={wrongOf(trained)}
          field={some ? trained.result?.field : undefined}
          gates={some ? (trained.result?.gates ?? []) : []}
          gate={gate}
          onDraw={draw}
          label={label}
        />
        <Plane
          title={`ReLU, ${k} neurons`}
          caption="A ReLU network of the same size, all its weights trained by 3,000 steps of Adam over all points; the best that it came by."
          points={points}
          wrong={wrongOf(relu)}
          field={some ? relu.result?.field : undefined}
        />
      </div>
      <LineChart
        title="Training error by size"
        xLabel="k · d / m"
        yLabel="mean squared error"
        xDomain={[0, 4]}
        yDomain={[0, 1]}
        height={200}
        mark={{ x: 1, label: 'k = m / d' }}
        curves={[
          {
            name: 'these points, d = 3',
            x: sweep.result?.ratio ?? [],
            y: sweep.result?.error ?? [],
            series: 1,
            points: true,
          },
          {
            name: '300 Gaussian inputs, d = 30',
            x: wide.result?.ratio ?? [],
            y: wide.result?.error ?? [],
            series: 2,
            points: true,
            dash: '5 3',
          },
        ]}
        caption="The count k · d ≥ m has to hold for any points. In many dimensions it is enough; in the plane random lines often leave several points in one cell, which share one linear function, so that some more neurons are needed."
      />
    </Frame>
  );
}

const count = (wrong: readonly boolean[] | undefined) => wrong?.filter(Boolean).length;
const said = (wrong: readonly boolean[] | undefined, i: number) => (!wrong ? '…' : wrong[i] ? 'wrong' : 'right');
const rowsOf = (sweep: GaluTasks['sweep']['result'] | undefined) =>
  sweep?.neurons.map((k, i) => [k, sweep.ratio[i]!, sweep.error[i]!]) ?? [];

function Pencil(props: {
  readonly label: 1 | -1;
  readonly setLabel: (label: 1 | -1) => void;
  readonly clear: () => void;
}) {
  const { label, setLabel, clear } = props;
  return (
    <fieldset>
      <legend>A click draws</legend>
      <div class="buttons">
        <button type="button" aria-pressed={label === 1} onClick={() => setLabel(1)}>
          ● +1
        </button>
        <button type="button" aria-pressed={label === -1} onClick={() => setLabel(-1)}>
          ■ −1
        </button>
        <button type="button" onClick={clear}>
          Clear
        </button>
      </div>
    </fieldset>
  );
}
