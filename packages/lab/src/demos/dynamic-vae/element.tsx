import type { ObjectiveName } from '@unbraid/dynamic-vae';
import { type Curve, type Demo, Frame, LineChart, newestOf, type TableOf, useTask, type ViewProps } from '../frame.tsx';
import { choice, range, seed } from '../settings.ts';
import { dynamicVaeCode } from './code.ts';
import { ImageGrid } from './images.tsx';
import { Latents } from './latents.tsx';
import type { DynamicVaeTasks, FitView, TrainView } from './model.ts';
import { LATENT, PIXELS, type Rival, rivals, SHOWN, STEPS } from './objectives.ts';

const settings = {
  target: range({
    label: 'Set point of the KL divergence',
    help: 'Where C(t) stops rising: how much the latents may tell of an image.',
    ...{ min: 2, max: 10, step: 0.5, default: 7, unit: 'nats' },
  }),
  beside: choice<Rival>({ label: 'Beside', choices: rivals, default: 'beta' }),
  seed: seed(),
};

export const dynamicVae: Demo<typeof settings, DynamicVaeTasks> = {
  name: 'dynamic-vae',
  title: 'DynamicVAE: β that follows a set point',
  claim:
    'By moving β so that the KL divergence follows a slowly rising set point, DynamicVAE first learns factors apart, as with a large β, and then reconstructs sharply, as with a small one.',
  source: { label: 'arXiv 2009.06795', href: 'https://arxiv.org/abs/2009.06795' },
  settings,
  presets: {
    'Beside β-VAE': { target: 7, beside: 'beta' },
    'Beside ControlVAE': { target: 7, beside: 'control' },
    'A narrow channel': { target: 3, beside: 'vae' },
    'A wide one': { target: 10, beside: 'vae' },
  },
  View,
};

const titles: Readonly<Record<ObjectiveName, string>> = {
  ...{ dynamic: 'DynamicVAE', beta: 'β-VAE', vae: 'VAE', control: 'ControlVAE', factor: 'FactorVAE' },
  ...{ tc: 'β-TCVAE', 'dip-i': 'DIP-VAE-I', 'dip-ii': 'DIP-VAE-II', annealed: 'AnnealedVAE', quantized: 'QLAE' },
};

function View({ values, worker, attempt }: ViewProps<typeof settings, DynamicVaeTasks>) {
  const task = useTask(worker, 'train', values, attempt);
  const view: TrainView | undefined = newestOf(task);
  const results = task.status === 'done' ? task.result?.results : undefined;
  const step = view?.fits[0]?.step ?? 0;
  const [dynamic, rival] = results ?? [];
  return (
    <Frame
      status={task.status}
      error={task.error}
      doing={`Training, step ${step} of ${STEPS} …`}
      share={step / STEPS}
      readouts={[
        { name: 'beta', label: 'β, DynamicVAE', value: dynamic?.beta },
        {
          name: 'kl',
          label: 'KL divergence, DynamicVAE',
          value: dynamic?.kl,
          unit: 'nats',
          show: (kl) => kl.toFixed(2),
        },
        {
          name: 'reconstruction',
          label: 'Reconstruction loss, DynamicVAE',
          value: dynamic?.reconstruction,
          unit: 'nats',
        },
        ...(values.beside === 'none'
          ? []
          : [
              {
                name: 'rival',
                label: `Reconstruction loss, ${titles[values.beside]}`,
                value: rival?.reconstruction,
                unit: 'nats',
              },
            ]),
      ]}
      tables={() => (view ? tablesOf(view) : [])}
      code={dynamicVaeCode(values)}
      codePrints="β, KL divergence and reconstruction loss of DynamicVAE, means of the last 50 steps as above"
    >
      {view && (
        <>
          <div class="pair">
            <LineChart
              title="KL divergence and its set point"
              curves={[...setPointOf(view), ...curvesOf(view, 'kl')]}
              xLabel="step"
              yLabel="nats"
              xDomain={[0, STEPS]}
            />
            <LineChart title="β" curves={curvesOf(view, 'beta')} xLabel="step" yLabel="β" xDomain={[0, STEPS]} />
          </div>
          <div class="pair">
            <LineChart
              title="Reconstruction loss"
              curves={curvesOf(view, 'reconstruction')}
              xLabel="step"
              yLabel="nats"
              logY
              xDomain={[0, STEPS]}
            />
            <figure>
              <h3>Sprites and their reconstructions</h3>
              <p class="quiet">Drawn</p>
              <ImageGrid label="Sprites as they are drawn" images={view.originals} cols={SHOWN} />
              {view.fits.map(({ name, reconstructions }) => (
                <div key={name}>
                  <p class="quiet">{titles[name]}</p>
                  <ImageGrid
                    label={`Reconstructions by ${titles[name]}`}
                    images={reconstructions.length > 0 ? reconstructions : BLANK}
                    cols={SHOWN}
                  />
                </div>
              ))}
              <figcaption>
                {SHOWN} sprites of 16 × 16 pixels that training may or may not meet: each batch is drawn anew.
              </figcaption>
            </figure>
          </div>
          <Latents fit={view.fits[0]!} originals={view.originals} worker={worker} />
        </>
      )}
    </Frame>
  );
}

/** Reconstructions before the first are there. */
const BLANK = new Float32Array(SHOWN * PIXELS);

/** A batch's numbers are noisy: means of so many steps are drawn. */
const WINDOW = 10;

function curvesOf({ fits }: TrainView, key: 'kl' | 'beta' | 'reconstruction'): Curve[] {
  return fits.map((fit, i) => ({
    name: titles[fit.name],
    ...thinned(fit, key === 'beta' ? fit.beta : averaged(fit[key])),
    series: i === 0 ? 1 : 2,
    ...(i > 0 && { dash: '5 3' }),
  }));
}

function setPointOf({ fits }: TrainView): Curve[] {
  const [fit] = fits;
  return fit ? [{ name: 'set point C(t)', ...thinned(fit, fit.setPoint), series: 3, dash: '2 2' }] : [];
}

function averaged(values: Float32Array): Float32Array {
  let sum = 0;
  return values.map((value, i) => {
    sum += value - (i >= WINDOW ? values[i - WINDOW]! : 0);
    return sum / Math.min(i + 1, WINDOW);
  });
}

/** Every third step: as many as there are pixels for. */
function thinned({ step }: FitView, values: Float32Array): Pick<Curve, 'x' | 'y'> {
  const at = Array.from({ length: Math.ceil(step / 3) }, (_, i) => 3 * i);
  return { x: at.map((i) => i + 1), y: at.map((i) => values[i]!) };
}

function tablesOf({ fits }: TrainView): TableOf[] {
  const [dynamic] = fits;
  const every = 25;
  return [
    ...fits.map(({ name, step, beta, kl, setPoint, reconstruction }) => ({
      caption: `${titles[name]}, every ${every} steps`,
      columns: ['step', 'β', 'KL divergence (nats)', 'set point (nats)', 'reconstruction loss (nats)'],
      rows: Array.from({ length: Math.floor(step / every) }, (_, k) => (k + 1) * every - 1).map((i) => [
        i + 1,
        beta[i]!,
        kl[i]!,
        Number.isNaN(setPoint[i]) ? 'none' : setPoint[i]!,
        reconstruction[i]!,
      ]),
    })),
    {
      caption: 'What each latent of DynamicVAE carries',
      columns: ['latent', 'KL divergence (nats)'],
      rows: Array.from({ length: LATENT }, (_, j) => [j + 1, dynamic?.klOfLatents[j] ?? 0]),
    },
  ];
}
