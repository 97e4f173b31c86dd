import { useMemo, useState } from 'preact/hooks';
import { type DemoWorker, show, useTask } from '../frame.tsx';
import { ImageGrid, Sprite } from './images.tsx';
import type { DynamicVaeTasks, FitView } from './model.ts';
import { LATENT, PIXELS, SHOWN } from './objectives.ts';

/** What a latent is set to in a traversal. */
const VALUES = [-2.4, -1.6, -0.8, 0, 0.8, 1.6, 2.4];
const MOST = 3;
/** Images before the first are there: that of the sliders, and the traversals. */
const BLANK = new Float32Array((1 + LATENT * VALUES.length) * PIXELS);

/** Sliders of the latents, the image that they make, and what each latent does by itself. */
export function Latents(props: {
  readonly fit: FitView;
  readonly originals: Float32Array;
  readonly worker: DemoWorker<DynamicVaeTasks>;
}) {
  const { fit, originals, worker } = props;
  const [chosen, setChosen] = useState(0);
  const [moved, setMoved] = useState<Readonly<Record<number, number>>>({});
  const own = fit.codes.subarray(chosen * LATENT, (chosen + 1) * LATENT);
  const code = Array.from(own, (value, latent) => moved[latent] ?? value);
  const order = [...fit.klOfLatents.keys()].sort((a, b) => fit.klOfLatents[b]! - fit.klOfLatents[a]!);
  const traversals = order.flatMap((latent) =>
    VALUES.flatMap((value) => code.map((z, j) => (j === latent ? value : z))),
  );
  const isReady = code.length === LATENT;
  const decoded = useTask(
    worker,
    'decode',
    isReady ? { codes: [...code, ...traversals], looked: fit.looked } : undefined,
  );
  const images = decoded.result ?? BLANK;
  const [made, walked] = useMemo(() => [images.subarray(0, PIXELS), images.subarray(PIXELS)] as const, [images]);
  const sprites = useMemo(
    () => Array.from({ length: SHOWN }, (_, i) => originals.subarray(i * PIXELS, (i + 1) * PIXELS)),
    [originals],
  );
  return (
    <section class="pair" aria-label="Latents">
      <div>
        <h3>Move the latents of a sprite</h3>
        <fieldset>
          <legend class="visually-hidden">Sprite</legend>
          <div style={{ display: 'grid', gridTemplateColumns: 'repeat(8, minmax(0, 1fr))', gap: '.25rem' }}>
            {sprites.map((sprite, i) => (
              <button
                type="button"
                key={i}
                aria-pressed={chosen === i}
                style={{ padding: '.15rem', borderWidth: '2px' }}
                onClick={() => {
                  setChosen(i);
                  setMoved({});
                }}
              >
                <Sprite label={`Sprite ${i + 1}`} image={sprite} />
              </button>
            ))}
          </div>
        </fieldset>
        <div style={{ display: 'flex', flexWrap: 'wrap', gap: '1rem', marginTop: '.8rem' }}>
          <div style={{ flex: '1 1 8rem', maxWidth: '14rem' }}>
            <Sprite label="The image that the latents make" image={made} />
          </div>
          <div style={{ flex: '2 1 14rem' }}>
            {order.map((latent) => (
              <div class="control" key={latent}>
                <label for={`z${latent}`}>
                  Latent {latent + 1}{' '}
                  <span class="quiet" style={{ fontWeight: 400 }}>
                    carries {show(Math.round(100 * fit.klOfLatents[latent]!) / 100)} nats
                  </span>
                </label>
                <div class="row">
                  <input
                    id={`z${latent}`}
                    type="range"
                    min={-MOST}
                    max={MOST}
                    step={0.05}
                    value={code[latent] ?? 0}
                    disabled={!isReady}
                    onInput={({ currentTarget }) => setMoved({ ...moved, [latent]: currentTarget.valueAsNumber })}
                  />
                  <output for={`z${latent}`}>{(code[latent] ?? 0).toFixed(2).replace('-', '−')}</output>
                </div>
              </div>
            ))}
          </div>
        </div>
      </div>
      <figure>
        <h3>What each latent does</h3>
        <ImageGrid
          label={`Traversals of latents ${order.map((latent) => latent + 1).join(', ')}, a row each`}
          images={walked}
          cols={VALUES.length}
        />
        <figcaption>
          A row for each latent, {order.map((latent) => latent + 1).join(', ')} from above: set from −2.4 to 2.4, the
          others as the sliders say. Those that carry nothing change nothing.
        </figcaption>
      </figure>
    </section>
  );
}
