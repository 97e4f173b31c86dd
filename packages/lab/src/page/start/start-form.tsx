import { useSignal } from '@preact/signals';
import type { ExperimentForm } from '../../api.ts';
import { api } from '../api-client.ts';
import { go, route, setQuery } from '../router.ts';
import { announcement } from '../store.ts';
import { Choice, Labelled, Problem } from '../ui/parts.tsx';
import { Field } from './field.tsx';
import { changedSettings, fieldError, fieldOfError, PRESETS, type Preset, usualValue } from './form-state.ts';

/** Preset, seed, workers and settings of a run; all of it is in the address. */
export function StartForm({ form }: { readonly form: ExperimentForm }) {
  const { query } = route.value;
  const failure = useSignal<string | undefined>(undefined);
  const busy = useSignal(false);
  const preset = PRESETS.find((name) => name === query.preset) ?? 'short';
  const typed = Object.fromEntries(
    Object.entries(query).flatMap(([key, text]) => (key.startsWith('set.') ? [[key.slice(4), text]] : [])),
  );
  const seed = query.seed ?? '0';
  const workers = query.workers ?? '1';
  const changed = changedSettings(form, preset, typed);
  const at = failure.value === undefined ? undefined : fieldOfError(form, failure.value);
  const wrong = (name: string): string | undefined => {
    const field = form.fields.find((each) => each.name === name)!;
    const local = name in changed ? fieldError(field, changed[name]!) : undefined;
    return local ?? (at === name ? failure.value : undefined);
  };
  const anyWrong = Object.keys(changed).find((name) =>
    fieldError(form.fields.find((each) => each.name === name)!, changed[name]!),
  );

  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    failure.value = undefined;
    const root = event.currentTarget as HTMLFormElement;
    const first = anyWrong;
    if (first) {
      root.querySelector<HTMLElement>(`[name="${CSS.escape(first)}"]`)?.focus();
      return;
    }
    busy.value = true;
    try {
      const { id } = await api.start({ experiment: form.name, preset, seed: Number(seed), settings: changed, workers });
      announcement.value = `${form.name} started`;
      go(['runs', id]);
    } catch (error) {
      failure.value = (error as Error).message;
      const named = fieldOfError(form, failure.value);
      if (named) root.querySelector<HTMLElement>(`[name="${CSS.escape(named)}"]`)?.focus();
    } finally {
      busy.value = false;
    }
  };
  return (
    <form class="fields" noValidate onSubmit={(event) => void submit(event)}>
      <div class="bar">
        <Choice
          label="Preset"
          value={preset}
          options={PRESETS.map((name): [string, string] => [name, name])}
          onChange={(name) => setQuery({ preset: name as Preset })}
        />
        <Labelled label="Seed">
          <input
            inputMode="numeric"
            value={seed}
            pattern="[0-9]+"
            onInput={(event) => setQuery({ seed: event.currentTarget.value }, 'replace')}
          />
        </Labelled>
        <Labelled label="Workers">
          <input
            value={workers}
            title="Processes, or auto"
            onInput={(event) => setQuery({ workers: event.currentTarget.value }, 'replace')}
          />
        </Labelled>
      </div>
      {failure.value !== undefined && at === undefined && <Problem error={failure.value} />}
      {form.fields.map((field) => (
        <Field
          key={field.name}
          field={field}
          value={typed[field.name] ?? usualValue(field, preset)}
          usual={usualValue(field, preset)}
          error={wrong(field.name)}
          onChange={(text) => {
            failure.value = undefined;
            setQuery({ [`set.${field.name}`]: text === usualValue(field, preset) ? undefined : text }, 'replace');
          }}
        />
      ))}
      <p class="actions sticky">
        <button type="submit" class="main" disabled={busy.value}>
          {busy.value ? 'Starting …' : 'Start'}
        </button>
        {Object.keys(changed).length > 0 && (
          <span class="quiet">{Object.keys(changed).length} changed from the preset</span>
        )}
      </p>
    </form>
  );
}
