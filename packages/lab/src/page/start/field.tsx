import { useId } from 'preact/hooks';
import type { FormField } from '../../api.ts';

interface FieldProps {
  readonly field: FormField;
  readonly value: string;
  /** What it holds before it is changed. */
  readonly usual: string;
  readonly error: string | undefined;
  readonly onChange: (text: string) => void;
}

/** A setting: its name, what it means, and a control of its kind. */
export function Field({ field, value, usual, error, onChange }: FieldProps) {
  const id = useId();
  const changed = value !== usual;
  const about = `${id}-about`;
  return (
    <div class={changed ? 'field changed' : 'field'}>
      <label for={id}>
        {field.name}
        {changed && <span aria-hidden="true"> ●</span>}
      </label>
      <Control field={field} value={value} onChange={onChange} id={id} about={about} wrong={error !== undefined} />
      <p id={about}>
        {field.description}{' '}
        <span class="quiet">
          ({field.type}
          {changed ? `; usually ${usual}` : ''})
        </span>
        {error !== undefined && <span class="error"> {error}</span>}
      </p>
    </div>
  );
}

interface ControlProps {
  readonly field: FormField;
  readonly value: string;
  readonly onChange: (text: string) => void;
  readonly id: string;
  readonly about: string;
  readonly wrong: boolean;
}

function Control({ field, value, onChange, id, about, wrong }: ControlProps) {
  const shared = { id, name: field.name, 'aria-describedby': about, 'aria-invalid': wrong };
  if (field.kind === 'boolean')
    return (
      <input
        {...shared}
        type="checkbox"
        checked={value === 'true'}
        onChange={(event) => onChange(String(event.currentTarget.checked))}
      />
    );
  if (field.kind === 'choice')
    return (
      <select {...shared} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {(field.choices ?? []).map((choice) => (
          <option key={choice} value={choice}>
            {choice}
          </option>
        ))}
      </select>
    );
  // Fields for numbers take 1e-3 otherwise than one thinks, and turn with the wheel.
  const inputMode = field.kind === 'integer' ? 'numeric' : field.kind === 'number' ? 'decimal' : 'text';
  return (
    <input
      {...shared}
      type="text"
      inputMode={inputMode}
      spellcheck={false}
      autocomplete="off"
      value={value}
      onInput={(event) => onChange(event.currentTarget.value)}
    />
  );
}
