import { mean } from '@unbraid/experiment/statistics';
import { type Demo, Frame, LineChart, useTask, type ViewProps } from '../frame.tsx';
import { choice, seed, steps } from '../settings.ts';
import { linearityCode } from './code.ts';
import { gridPlaces, type LinearityTasks, MOMENTS, NETWORKS, type Path, WIDTHS, type Widths } from './tasks.ts';

const settings = {
  width: steps({
    label: 'Width m',
    help: 'Neurons of each hidden layer.',
    values: WIDTHS,
    default: 32,
  }),
  family: choice({
    label: 'Network',
    choices: { linear: 'linear output', nonlinear: 'non-linear output', bottleneck: 'a bottleneck of one neuron' },
    default: 'linear',
  }),
  step: steps({
    label: 'Step of gradient descent',
    values: MOMENTS,
    default: MOMENTS.at(-1)!,
  }),
  seed: seed('Of the points and the first weights.'),
};

export const linearity: Demo<typeof settings, LinearityTasks> = {
  name: 'linearity',
  title: 'Linearity: a wide network apart from its tangent model',
  claim:
    'A wide network with a linear output trains as its tangent model does, since the norm of its Hessian falls as 1/√m while its gradient stays; with a non-linear output or a narrow layer it stays, too, and the network still learns.',
  source: { label: 'arXiv 2010.01092', href: 'https://arxiv.org/abs/2010.01092' },
  settings,
  presets: {
    Narrow: { width: 8 },
    Wide: { width: 256 },
    'Wide, non-linear output': { width: 256, family: 'nonlinear' },
    'Wide, bottleneck': { width: 256, family: 'bottleneck' },
  },
  View: LinearityView,
};

function LinearityView({ values, worker, attempt }: ViewProps<typeof settings, LinearityTasks>) {
  const { width, family, step, seed: drawnFrom } = values;
  const network = { family, width, seed: drawnFrom };
  const training = useTask(worker, 'path', network, attempt);
  // The path first, since it is what one looks at.
  const widths = useTask(worker, 'widths', training.result && { family, seed: drawnFrom }, attempt);
  const path = training.status === 'done' ? training.result : training.progress;
  const measured = widths.status === 'done' ? widths.result : widths.progress;
  const failed = [training, widths].find(({ status }) => status === 'error');
  const status = failed ? 'error' : training.status === 'done' ? widths.status : training.status;
  const at = (MOMENTS as readonly number[]).indexOf(step);
  const final = training.status === 'done' ? training.result : undefined;
  const place = WIDTHS.indexOf(width as (typeof WIDTHS)[number]);

  return (
    <Frame
      status={status}
      error={failed?.error}
      doing={training.status === 'busy' ? 'Training …' : 'Measuring all widths …'}
      share={training.status === 'busy' ? undefined : (measured?.hessian.length ?? 0) / WIDTHS.length}
      readouts={[
        { name: 'hessian', label: '‖H‖ at this width, mean of 3 networks', value: measured?.hessian[place] },
        { name: 'gradient', label: '‖∇f‖, mean of 3 networks', value: measured?.gradient[place] },
        {
          name: 'distance',
          label: 'Largest distance of f from its tangent model',
          value: final && Math.max(...final.distances),
        },
        { name: 'loss', label: 'Loss of f at this step', value: path?.losses[at] },
        { name: 'tangentLoss', label: 'Loss of the tangent model', value: path?.tangentLosses[at] },
        {
          name: 'slope',
          label: 'Exponent p of ‖H‖ ~ mᵖ',
          value: widths.status === 'done' ? slopeOf(measured) : undefined,
        },
      ]}
      tables={() => tablesOf(path, measured)}
      code={linearityCode(network, path?.points[0]?.[0] ?? 0)}
      codePrints="‖H‖ at this width, the mean over three networks"
    >
      <LineChart
        title={`The network and its tangent model after ${step} steps`}
        xLabel="z"
        yLabel="output"
        xDomain={[-1, 1]}
        yDomain={rangeOf(path)}
        curves={functionsOf(path, at)}
        caption="Both start from the same weights and take the same steps of gradient descent on the points."
      />
      <div class="pair" style={{ marginTop: '1.25rem' }}>
        <LineChart
          title="Norm of the Hessian against width"
          xLabel="width m"
          yLabel="norm"
          logX
          logY
          height={200}
          xDomain={[WIDTHS[0], WIDTHS.at(-1)!]}
          mark={{ x: width, label: `m = ${width}` }}
          curves={normsOf(measured)}
          caption={`At the first point, mean over ${NETWORKS} networks.`}
        />
        <LineChart
          title="Distance from the tangent model"
          xLabel="width m"
          yLabel="distance"
          logX
          logY
          height={200}
          xDomain={[WIDTHS[0], WIDTHS.at(-1)!]}
          mark={{ x: width, label: `m = ${width}` }}
          curves={[
            {
              name: 'largest on the path',
              x: WIDTHS.slice(0, measured?.distance.length ?? 0),
              y: measured?.distance ?? [],
              series: 4,
              points: true,
            },
          ]}
          caption="Root mean square of f − f_lin over z, both at the weights of the network, the largest in training; mean over the same networks."
        />
        <LineChart
          title="Loss"
          xLabel="step"
          yLabel="mean squared error"
          logY
          height={200}
          xDomain={[0, MOMENTS.at(-1)!]}
          mark={{ x: step, label: '' }}
          curves={lossesOf(path)}
        />
      </div>
    </Frame>
  );
}

/** The tangent model is drawn as dashes over the network. */
function functionsOf(path: Path | undefined, at: number) {
  const curve = (name: string, y: Float32Array | undefined) => ({ name, x: y ? gridPlaces : [], y: y ?? [] });
  return [
    { ...curve('network f', path?.functions[at]), series: 1 },
    { ...curve('tangent model', path?.tangents[at]), series: 2, dash: '6 4' },
    {
      name: 'points',
      x: path?.points.map(([z]) => z) ?? [],
      y: path?.points.map(([, target]) => target) ?? [],
      series: 3,
      pointsOnly: true,
    },
  ];
}

/** One for all steps, so that nothing jumps as the step moves. */
function rangeOf(path: Path | undefined): readonly [number, number] {
  const values = [...(path?.functions ?? []), ...(path?.tangents ?? [])].flatMap((each) => [...each]);
  const all = [-1, 1, ...values];
  return [Math.min(...all), Math.max(...all)];
}

function normsOf(measured: Widths | undefined) {
  const { hessian = [], gradient = [] } = measured ?? {};
  const x = WIDTHS.slice(0, hessian.length);
  // Through the widest, where the law holds best.
  const constant = (hessian.at(-1) ?? Number.NaN) * Math.sqrt(x.at(-1) ?? 1);
  return [
    { name: '‖H‖', x, y: hessian, series: 1, points: true },
    { name: '‖∇f‖', x: WIDTHS.slice(0, gradient.length), y: gradient, series: 2, points: true, dash: '6 4' },
    { name: '1/√m', x, y: x.map((m) => constant / Math.sqrt(m)), series: 3, dash: '2 3' },
  ];
}

function lossesOf(path: Path | undefined) {
  const curve = (name: string, y: readonly number[] | undefined) => ({
    name,
    x: MOMENTS.slice(0, y?.length ?? 0),
    y: y ?? [],
  });
  return [
    { ...curve('network f', path?.losses), series: 1 },
    { ...curve('tangent model', path?.tangentLosses), series: 2, dash: '6 4' },
  ];
}

/** Of log ‖H‖ on log m, by least squares. */
function slopeOf(measured: Widths | undefined): number | undefined {
  if (!measured) return undefined;
  const x = WIDTHS.map(Math.log);
  const y = measured.hessian.map(Math.log);
  const [middleX, middleY] = [mean(x), mean(y)];
  const products = x.map((value, i) => (value - middleX) * (y[i]! - middleY));
  return mean(products) / mean(x.map((value) => (value - middleX) ** 2));
}

function tablesOf(path: Path | undefined, measured: Widths | undefined) {
  return [
    {
      caption: 'Training',
      columns: ['step', 'loss of f', 'loss of the tangent model', 'distance'],
      rows: (path?.losses ?? []).map((loss, i) => [
        MOMENTS[i]!,
        loss,
        path?.tangentLosses[i] ?? '…',
        path!.distances[i]!,
      ]),
    },
    {
      caption: 'By width',
      columns: ['m', '‖H‖', '‖∇f‖', 'largest distance'],
      rows: (measured?.hessian ?? []).map((norm, i) => [
        WIDTHS[i]!,
        norm,
        measured!.gradient[i]!,
        measured!.distance[i]!,
      ]),
    },
  ];
}
