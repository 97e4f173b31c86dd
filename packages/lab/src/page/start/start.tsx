import { useEffect } from 'preact/hooks';
import type { ExperimentForm } from '../../api.ts';
import { api } from '../api-client.ts';
import { route, setQuery } from '../router.ts';
import { lab } from '../store.ts';
import { Choice, Loading, Problem } from '../ui/parts.tsx';
import { useResource } from '../ui/use-resource.ts';
import { StartForm } from './start-form.tsx';

/** Where a run is started. */
export function Start() {
  const experiments = useResource('experiments', () => api.experiments());
  useEffect(() => {
    document.title = 'Start a run · Unbraid lab';
  }, []);
  if (lab.value?.readOnly) return <Refused why="This lab is read-only: it was started with --read-only." />;
  if (experiments.error) return <Refused why={experiments.error.message} />;
  if (!experiments.data)
    return (
      <>
        <h1>Start a run</h1>
        <Loading what="the experiments" />
      </>
    );
  const forms = experiments.data.experiments;
  if (forms.length === 0) return <Refused why="This lab has no experiments to start." />;
  const form = forms.find(({ name }) => name === route.value.query.experiment) ?? forms[0]!;
  return (
    <article class="start">
      <h1>Start a run</h1>
      <ExperimentChoice forms={forms} name={form.name} />
      <h2>{form.title}</h2>
      <p class="quiet">{form.paper}</p>
      <p>{form.description}</p>
      <StartForm key={form.name} form={form} />
    </article>
  );
}

function ExperimentChoice({ forms, name }: { readonly forms: readonly ExperimentForm[]; readonly name: string }) {
  return (
    <Choice
      label="Experiment"
      value={name}
      options={forms.map((form): [string, string] => [form.name, form.name])}
      // Settings of one experiment mean nothing to another.
      onChange={(experiment) => setQuery({ ...cleared(), experiment })}
    />
  );
}

const cleared = (): Record<string, undefined> =>
  Object.fromEntries(
    Object.keys(route.peek().query).flatMap((key) => (key.startsWith('set.') ? [[key, undefined]] : [])),
  );

function Refused({ why }: { readonly why: string }) {
  return (
    <>
      <h1>Start a run</h1>
      <Problem error={why} />
    </>
  );
}
