import { useMemo, useState } from 'preact/hooks';
import { type Demo, Frame, LineChart, Pixels, show, useTask, type ViewProps } from '../frame.tsx';
import { choice, range, seed, steps } from '../settings.ts';
import { lapermCode } from './code.ts';
import { Pad } from './pad.tsx';
import { imageOf, type Strokes } from './strokes.ts';
import { EPOCHS, HIDDEN, type LapermTasks, PIXELS, type Reading, SIDE, TEST_IMAGES } from './tasks.ts';
import { profileOf, TILES, tilesOf } from './tiles.ts';

const settings = {
  start: choice({
    label: 'First weights',
    choices: { shared: '0 or one value', random: 'all different' },
    default: 'shared',
  }),
  period: steps({
    label: 'Period k',
    help: 'Steps of Adam from one synchronization to the next, which puts the first values back in the order that Adam gave the weights.',
    values: [5, 10, 20, 50, 100, 200],
    default: 50,
  }),
  neuron: range({ label: 'Profile of neuron', min: 1, max: HIDDEN, step: 1, default: 1 }),
  image: range({ label: 'Test image to read', min: 0, max: TEST_IMAGES - 1, step: 1, default: 0 }),
  seed: seed('Of the first weights and the order of the images.'),
};

export const laperm: Demo<typeof settings, LapermTasks> = {
  name: 'laperm',
  title: 'LaPerm: where a weight sits apart from what it is',
  claim:
    'A network can be trained by putting its first weights in another order, neuron by neuron, without ever changing their values; even where every weight is 0 or one shared value.',
  source: { label: 'arXiv 2003.02570', href: 'https://arxiv.org/abs/2003.02570' },
  settings,
  presets: {
    'One value': { start: 'shared' },
    'Random values': { start: 'random', period: 20 },
    'Too short a period': { start: 'shared', period: 5 },
  },
  View: LapermView,
};

/** The largest weight that has the full colour. */
const MOST = 0.3;

function LapermView({ values, worker, attempt }: ViewProps<typeof settings, LapermTasks>) {
  const { start, period, neuron, image, seed: drawnFrom } = values;
  const [strokes, setStrokes] = useState<Strokes>([]);
  const plan = { start, period, seed: drawnFrom };
  const training = useTask(worker, 'train', plan, attempt);
  const drawn = useMemo(() => imageOf(strokes), [strokes]);
  const isDone = training.status === 'done';
  const picture = strokes.length > 0 ? { drawn } : { test: image };
  // What is read is read anew by each network that was trained.
  const reading = useTask(worker, 'read', isDone ? picture : undefined, trainings(plan, attempt));
  const now = isDone ? training.result : training.progress;
  const { result } = training;
  const final = isDone ? result : undefined;
  const failed = [training, reading].find(({ status }) => status === 'error');
  const status = failed ? 'error' : isDone ? reading.status : training.status;
  const epochs = now ? now.laperm.accuracy.length + (now.adam?.accuracy.length ?? 0) : 0;

  return (
    <Frame
      status={status}
      error={failed?.error}
      doing={isDone ? 'Reading …' : now?.adam ? 'Training by Adam alone …' : 'Training by permutation …'}
      share={isDone ? undefined : epochs / (2 * EPOCHS)}
      readouts={[
        { name: 'accuracy', label: 'LaPerm: test accuracy', value: now?.laperm.accuracy.at(-1), show: percent },
        { name: 'adam', label: 'Adam, weights free: test accuracy', value: now?.adam?.accuracy.at(-1), show: percent },
        { name: 'values', label: 'Different weights after training', value: final?.laperm.values },
        { name: 'moved', label: 'Weights with another value than at first', value: final?.laperm.moved, show: percent },
        {
          name: 'unchanged',
          label: "Every neuron's values are the first ones",
          value: final && Number(final.laperm.unchanged),
          show: (value) => (value === 1 ? 'yes, bit for bit' : 'no'),
        },
        { name: 'bits', label: 'Stored as permutations', value: final?.laperm.bits, unit: 'bits a weight' },
      ]}
      tables={() => tablesOf(now, reading.result, neuron - 1)}
      code={lapermCode(plan)}
      codePrints="LaPerm's test accuracy as a share"
      controls={
        <fieldset>
          <legend>Draw a digit</legend>
          <Pad strokes={strokes} setStrokes={setStrokes} />
          <div class="buttons" style={{ marginTop: '.5rem' }}>
            <button type="button" disabled={strokes.length === 0} onClick={() => setStrokes([])}>
              Clear
            </button>
          </div>
        </fieldset>
      }
    >
      <Networks now={now} />
      <div class="pair">
        <Read reading={isDone ? reading.result : undefined} />
        <LineChart
          title={`Weights of neuron ${neuron}, sorted`}
          xLabel="rank"
          yLabel="weight"
          height={200}
          curves={profilesOf(now, neuron - 1)}
          caption="LaPerm's profile lies on the first one, whatever it learns."
        />
        <LineChart
          title="Test accuracy"
          xLabel="epoch"
          yLabel="share right"
          xDomain={[0, EPOCHS]}
          yDomain={[0, 1]}
          height={200}
          curves={[
            curveOf('LaPerm', now?.laperm.accuracy, 1),
            curveOf('Adam, weights free', now?.adam?.accuracy, 2, '5 3'),
          ]}
        />
      </div>
      <p class="quiet">
        1,500 digits of 8 × 8 pixels: E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits (
        <a href="https://doi.org/10.24432/C50P49" target="_blank" rel="noreferrer">
          UCI, 1998
        </a>
        , CC BY 4.0).
      </p>
    </Frame>
  );
}

type Now = LapermTasks['train']['progress'];

const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;

/** A number for each training. */
function trainings(
  { start, period, seed: drawnFrom }: { start: string; period: number; seed: number },
  attempt: number,
) {
  return `${start} ${period} ${drawnFrom} ${attempt}`;
}

const curveOf = (name: string, accuracy: readonly number[] | undefined, series: number, dash?: string) => ({
  name,
  x: accuracy?.map((_, i) => i + 1) ?? [],
  y: accuracy ?? [],
  series,
  ...(dash && { dash }),
});

function profilesOf(now: Now | undefined, neuron: number) {
  const ranks = Array.from({ length: PIXELS }, (_, i) => i + 1);
  const of = (weights: Float32Array | undefined) => (weights ? profileOf(weights, neuron) : []);
  return [
    {
      name: 'Adam, weights free',
      x: ranks.slice(0, now?.adam ? PIXELS : 0),
      y: of(now?.adam?.weights),
      series: 2,
      dash: '5 3',
    },
    { name: 'LaPerm', x: ranks.slice(0, now ? PIXELS : 0), y: of(now?.laperm.weights), series: 1 },
    { name: 'first weights', x: ranks.slice(0, now ? PIXELS : 0), y: of(now?.initial), series: 3, pointsOnly: true },
  ];
}

function Networks({ now }: { readonly now: Now | undefined }) {
  const networks = [
    ['First weights', now?.initial],
    ['LaPerm', now?.laperm.weights],
    ['Adam, weights free', now?.adam?.weights],
  ] as const;
  return (
    <>
      <div class="pair" style={{ marginBottom: '.4rem' }}>
        {networks.map(([name, weights]) => (
          <figure key={name}>
            <h3>{name}</h3>
            <Tiles name={name} weights={weights} />
          </figure>
        ))}
      </div>
      <figcaption style={{ marginBottom: '1.25rem' }}>
        Weights from the {SIDE} × {SIDE} pixels to each of {HIDDEN} neurons, a tile a neuron. Blue is positive, orange
        negative.
      </figcaption>
    </>
  );
}

function Tiles({ name, weights }: { readonly name: string; readonly weights: Float32Array | undefined }) {
  const values = useMemo(() => (weights ? tilesOf(weights) : new Float32Array(TILES.rows * TILES.cols)), [weights]);
  return <Pixels label={`${name}: weights of the hidden layer`} {...TILES} values={values} most={MOST} />;
}

function Read({ reading }: { readonly reading: Reading | undefined }) {
  const blank = useMemo(() => Array.from({ length: PIXELS }, () => 0), []);
  const best = (probabilities: readonly number[]) => probabilities.indexOf(Math.max(...probabilities));
  return (
    <figure>
      <h3>What they read</h3>
      <div style={{ display: 'flex', gap: '1rem', alignItems: 'start' }}>
        <div style={{ width: '5.5rem', flex: 'none' }}>
          <Pixels label="The image as the networks get it" rows={SIDE} cols={SIDE} values={reading?.image ?? blank} />
        </div>
        <p style={{ margin: 0 }}>
          LaPerm:{' '}
          <strong data-result="read" data-value={reading && best(reading.laperm)}>
            {reading ? best(reading.laperm) : '…'}
          </strong>
          {reading && ` (${percent(Math.max(...reading.laperm))})`}
          <br />
          Adam: <strong>{reading ? best(reading.adam) : '…'}</strong>
          {reading && ` (${percent(Math.max(...reading.adam))})`}
          <br />
          {reading?.truth !== undefined && `It is a ${reading.truth}.`}
        </p>
      </div>
    </figure>
  );
}

function tablesOf(now: Now | undefined, reading: Reading | undefined, neuron: number) {
  const of = (weights: Float32Array | undefined) => (weights ? profileOf(weights, neuron) : undefined);
  const [first, permuted, free] = [of(now?.initial), of(now?.laperm.weights), of(now?.adam?.weights)];
  return [
    {
      caption: 'Test accuracy',
      columns: ['epoch', 'LaPerm', 'Adam, weights free'],
      rows: (now?.laperm.accuracy ?? []).map((share, i) => [i + 1, share, now?.adam?.accuracy[i] ?? '…']),
    },
    {
      caption: `Weights of neuron ${neuron + 1}, sorted`,
      columns: ['rank', 'first', 'LaPerm', 'Adam'],
      rows: Array.from(first ?? [], (weight, i) => [i + 1, weight, permuted?.[i] ?? '…', free?.[i] ?? '…']),
    },
    {
      caption: 'What they read',
      columns: ['digit', 'LaPerm', 'Adam'],
      rows: (reading?.laperm ?? []).map((share, digit) => [String(digit), show(share), show(reading!.adam[digit]!)]),
    },
  ];
}
