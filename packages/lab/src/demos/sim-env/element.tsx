import { mean } from '@unbraid/experiment/statistics';
import { useMemo } from 'preact/hooks';
import { type Curve, type Demo, Frame, LineChart, newestOf, type TableOf, useTask, type ViewProps } from '../frame.tsx';
import { choice, range, seed } from '../settings.ts';
import { simEnvCode } from './code.ts';
import { type Goal, goals, meanings } from './goals.ts';
import { MarketPicture } from './market-picture.tsx';
import type { LearnView, SimEnvTasks } from './model.ts';
import { useYears, YearControl } from './years.tsx';

const settings = {
  goal: choice<Goal>({
    label: 'Who decides, and for what',
    help: 'The model stays as it is; what is observed, what an action means and what is rewarded changes.',
    choices: goals,
    default: 'solvency',
  }),
  episodes: range({ label: 'Episodes to learn from', min: 50, max: 1000, step: 50, default: 300 }),
  seed: seed(),
};

export const simEnv: Demo<typeof settings, SimEnvTasks> = {
  name: 'sim-env',
  title: 'Sim-Env: a pension market to learn in',
  claim:
    'Any decision function of a simulation can become the place where an agent acts, so that reward and perspective change while the domain model stays untouched.',
  source: { label: 'arXiv 2102.09824', href: 'https://arxiv.org/abs/2102.09824' },
  settings,
  presets: {
    'Stay solvent': { goal: 'solvency' },
    'Clients’ welfare': { goal: 'welfare' },
    'A good name': { goal: 'reputation' },
    'People decide': { goal: 'client' },
  },
  View,
};

function View({ values, worker, attempt }: ViewProps<typeof settings, SimEnvTasks>) {
  const { goal, episodes } = values;
  const task = useTask(worker, 'learn', values, attempt);
  const view: LearnView | undefined = newestOf(task);
  const result = task.status === 'done' ? task.result : undefined;
  const count = view ? Math.max(view.rule.years, view.agent.years) : 0;
  const years = useYears(count, task.status === 'done');
  const learnt = view?.curve.length ?? 0;
  const most = useMemo(() => (view ? cashOf(view) : 0), [view?.rule, view?.agent]);
  return (
    <Frame
      status={task.status}
      error={task.error}
      doing={`Episode ${learnt} of ${episodes} …`}
      share={learnt / episodes}
      readouts={[
        { name: 'agent', label: 'Mean return of what was learnt', value: result?.agentReturn },
        { name: 'rule', label: 'Mean return of the model’s own rule', value: view?.ruleReturn },
        { name: 'ratio', label: 'Learnt / rule', value: result && result.agentReturn / result.ruleReturn },
      ]}
      tables={() => (view ? tablesOf(view) : [])}
      code={simEnvCode(values)}
      codePrints="the mean return of what was learnt"
    >
      <p class="quiet">{meanings[goal]} Tabular Q-learning takes the place of the model’s own rule.</p>
      {view && (
        <>
          <div class="pair">
            <LineChart
              title="Return of each episode"
              caption="A moving average. An episode ends with the company, with the 300 years, or after 5,000 decisions. The numbers above are means over 10 other markets."
              curves={returnCurves(view, episodes)}
              xLabel="episode"
              yLabel="return"
              xDomain={[0, episodes]}
            />
            <Funds view={view} year={years.year} />
          </div>
          <YearControl years={years} count={count} />
          <div class="pair">
            <MarketPicture title="By the model’s own rule" trace={view.rule} year={years.year} most={most} />
            <MarketPicture title="By what is learnt" trace={view.agent} year={years.year} most={most} />
          </div>
          <p class="quiet">
            A dot is a person: filled who is insured, hollow who is not. Both markets begin with the same seed, from
            which nothing is learnt.
          </p>
          <div class="pair">
            <LineChart
              title="Clients of the company"
              curves={traceCurves(view, 'clients')}
              xLabel="year"
              yLabel="people"
              mark={{ x: years.year + 1, label: '' }}
            />
            <LineChart
              title="Its reputation"
              curves={traceCurves(view, 'reputation')}
              yDomain={[Math.min(-100, ...view.rule.reputation, ...view.agent.reputation), 0]}
              xLabel="year"
              yLabel="0 is the best"
              mark={{ x: years.year + 1, label: '' }}
            />
          </div>
        </>
      )}
    </Frame>
  );
}

function Funds({ view, year }: { readonly view: LearnView; readonly year: number }) {
  const curves = traceCurves(view, 'funds').map((curve) => ({
    ...curve,
    y: Array.from(curve.y, (euros) => euros / 1000),
  }));
  return (
    <LineChart
      title="Funds of the company"
      curves={curves}
      xLabel="year"
      yLabel="1,000 €"
      logY
      mark={{ x: year + 1, label: '' }}
    />
  );
}

const names = { rule: 'the model’s rule', agent: 'what is learnt' } as const;

const traceCurves = (view: LearnView, key: 'funds' | 'clients' | 'reputation'): Curve[] =>
  (['rule', 'agent'] as const).map((who) => ({
    name: names[who],
    x: Array.from(view[who][key], (_, year) => year + 1),
    y: view[who][key],
    series: who === 'rule' ? 2 : 1,
    ...(who === 'rule' && { dash: '5 3' }),
  }));

function returnCurves({ curve, ruleReturn }: LearnView, episodes: number): Curve[] {
  return [
    { name: 'while learning', x: Array.from(curve, (_, i) => i + 1), y: smooth(curve, episodes), series: 1 },
    { name: 'the model’s rule', x: [0, episodes], y: [ruleReturn, ruleReturn], series: 2, dash: '5 3' },
  ];
}

/** Means over a twentieth of all episodes around each, shorter at both ends. */
function smooth(curve: Float64Array, episodes: number): number[] {
  const reach = Math.round(episodes / 40);
  return Array.from(curve, (_, i) => mean(curve.subarray(Math.max(0, i - reach), i + reach + 1)));
}

/** A round amount that all but the richest twentieth stay below, in euros. */
function cashOf({ rule, agent }: LearnView): number {
  const all = [rule, agent].flatMap(({ state }) => [...state.filter((_, i) => i % 3 === 1)]).sort((a, b) => a - b);
  const most = all[Math.floor(0.97 * all.length)] ?? 1;
  return Math.max(50_000, Math.ceil(most / 50_000) * 50_000);
}

function tablesOf(view: LearnView): TableOf[] {
  const { rule, agent, curve } = view;
  const years = Array.from({ length: Math.max(rule.years, agent.years) }, (_, year) => year);
  const cell = (values: Float64Array, year: number) => values[year] ?? '';
  return [
    {
      caption: 'The market by the model’s rule and by what is learnt, at the end of each year',
      columns: [
        'year',
        'funds, rule (€)',
        'funds, learnt (€)',
        'clients, rule',
        'clients, learnt',
        'reputation, rule',
        'reputation, learnt',
      ],
      rows: years.map((year) => [
        year + 1,
        ...(['funds', 'clients', 'reputation'] as const).flatMap((key) => [
          cell(rule[key], year),
          cell(agent[key], year),
        ]),
      ]),
    },
    {
      caption: 'Return of each episode',
      columns: ['episode', 'return'],
      rows: Array.from(curve, (value, episode) => [episode + 1, value]),
    },
  ];
}
