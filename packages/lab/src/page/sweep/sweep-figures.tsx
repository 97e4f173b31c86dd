import type { Sweep } from '../../api.ts';
import { loadPart } from '../api-client.ts';
import { route, setQuery } from '../router.ts';
import { isDark } from '../theme.ts';
import { Choice, Loading, Problem } from '../ui/parts.tsx';
import { useResource } from '../ui/use-resource.ts';
import { PlotFigure } from './plot-figure.tsx';
import { resultOf } from './trials.ts';

interface SweepFiguresProps {
  readonly sweep: Sweep;
  readonly metric: string;
  readonly goal: 'min' | 'max';
  readonly best: number | undefined;
}

/** Parallel coordinates, the result against a setting, and the history of the best. Their library is loaded for them alone. */
export function SweepFigures({ sweep, metric, goal, best }: SweepFiguresProps) {
  const figures = useResource('figures', () => loadPart(import('./figures.ts')));
  const settings = sweep.axes.map(({ name }) => name);
  const setting = settings.find((name) => name === route.value.query.setting) ?? settings[0];
  if (figures.error) return <Problem error={figures.error} />;
  if (!figures.data) return <Loading what="the figures" />;
  const { drawParallel, drawScatter, drawHistory } = figures.data;
  const context = { sweep, metric, goal, best, isDark: isDark.value };
  const of = [sweep, metric, goal, best, isDark.value];
  const finite = sweep.trials.filter((trial) => Number.isFinite(resultOf(trial, metric))).length;
  if (finite === 0) return <p class="quiet">No trial has a finite {metric}; there is nothing to draw.</p>;
  return (
    <>
      <section>
        <h2>Settings and results</h2>
        <p class="caption">
          A line is a trial; the best configuration is drawn thicker. The table below has the same.
          {finite < sweep.trials.length && ` ${sweep.trials.length - finite} trials have no finite ${metric}.`}
        </p>
        <PlotFigure
          label={`Parallel coordinates of ${sweep.trials.length} trials over ${[...settings, metric].join(', ')}`}
          draw={(width) => drawParallel({ ...context, width })}
          of={of}
        />
      </section>
      <div class="pair">
        {setting !== undefined && (
          <section>
            <h2>{metric} by setting</h2>
            <Choice
              label="Setting"
              value={setting}
              options={settings.map((name): [string, string] => [name, name])}
              onChange={(name) => setQuery({ setting: name })}
            />
            <PlotFigure
              label={`${metric} against ${setting}, a point for each trial`}
              draw={(width) => drawScatter({ ...context, width, setting })}
              of={[...of, setting]}
            />
          </section>
        )}
        <section>
          <h2>History of the best</h2>
          <p class="caption">Points are trials in their order, the line is the best result so far.</p>
          <PlotFigure
            label={`Results of ${metric} in the order of trials, with the best so far`}
            draw={(width) => drawHistory({ ...context, width })}
            of={of}
          />
        </section>
      </div>
    </>
  );
}
