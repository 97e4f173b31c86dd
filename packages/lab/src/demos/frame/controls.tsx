import { LARGEST_SEED, type Setting, type Value } from '../settings.ts';
import { useSurroundings } from './demo.ts';

/** A control for each setting that has one, in their order. */
export function Controls() {
  const { demo, values, change } = useSurroundings();
  return (
    <>
      {Object.entries(demo.settings).map(([name, setting]) =>
        setting.kind === 'text' ? null : (
          <ControlOf
            key={name}
            name={name}
            setting={setting}
            value={values[name] as Value}
            set={(value) => change({ [name]: value } as never)}
          />
        ),
      )}
    </>
  );
}

interface ControlProps {
  readonly name: string;
  readonly setting: Exclude<Setting, { readonly kind: 'text' }>;
  readonly value: Value;
  readonly set: (value: Value) => void;
}

function ControlOf({ name, setting, value, set }: ControlProps) {
  const described = setting.help ? { 'aria-describedby': `${name}-help` } : {};
  return (
    <div class="control">
      <label for={name}>{setting.label}</label>
      <Entry name={name} setting={setting} value={value} set={set} described={described} />
      {setting.help && (
        <p class="help" id={`${name}-help`}>
          {setting.help}
        </p>
      )}
    </div>
  );
}

interface EntryProps extends ControlProps {
  readonly described: Readonly<Record<string, string>>;
}

function Entry({ name, setting, value, set, described }: EntryProps) {
  switch (setting.kind) {
    case 'choice':
      return (
        <select
          id={name}
          name={name}
          value={String(value)}
          onChange={({ currentTarget }) => set(currentTarget.value)}
          {...described}
        >
          {Object.entries(setting.choices).map(([choice, words]) => (
            <option key={choice} value={choice}>
              {words}
            </option>
          ))}
        </select>
      );
    case 'seed':
      return (
        <div class="row">
          <input
            id={name}
            name={name}
            type="number"
            min={0}
            max={LARGEST_SEED}
            step={1}
            value={Number(value)}
            onChange={({ currentTarget }) => {
              const wanted = currentTarget.valueAsNumber;
              if (Number.isFinite(wanted)) set(Math.min(LARGEST_SEED, Math.max(0, Math.round(wanted))));
              else currentTarget.value = String(value);
            }}
            {...described}
          />
          <button type="button" onClick={() => set((Number(value) + 1) % (LARGEST_SEED + 1))}>
            Next seed
          </button>
        </div>
      );
    case 'steps': {
      const at = Math.max(0, setting.values.indexOf(Number(value)));
      return (
        <div class="row">
          <input
            id={name}
            name={name}
            type="range"
            min={0}
            max={setting.values.length - 1}
            step={1}
            value={at}
            aria-valuetext={String(value)}
            onInput={({ currentTarget }) => set(setting.values[currentTarget.valueAsNumber]!)}
            {...described}
          />
          <output for={name}>{String(value)}</output>
        </div>
      );
    }
    case 'range':
      return (
        <div class="row">
          <input
            id={name}
            name={name}
            type="range"
            min={setting.min}
            max={setting.max}
            step={setting.step}
            value={Number(value)}
            aria-valuetext={`${value}${setting.unit ? ` ${setting.unit}` : ''}`}
            onInput={({ currentTarget }) => set(currentTarget.valueAsNumber)}
            {...described}
          />
          <output for={name}>
            {String(value)}
            {setting.unit && ` ${setting.unit}`}
          </output>
        </div>
      );
  }
}
