import type { RunDetail } from '../../api.ts';
import { Scroll } from '../ui/scroll.tsx';

/** What a run was made with; what differs from the defaults is marked. */
export function Settings({ detail }: { readonly detail: RunDetail }) {
  if (detail.settings.length === 0) return <p class="quiet">The run has no settings.</p>;
  return (
    <section>
      <p class="caption">Settings that differ from their defaults are marked with ●.</p>
      <Scroll label="Settings">
        <table class="settings">
          <thead>
            <tr>
              <th scope="col">Setting</th>
              <th scope="col">Value</th>
              <th scope="col">Default</th>
            </tr>
          </thead>
          <tbody>
            {detail.settings.map(({ name, value, type, description, default: usual }) => {
              const differs = JSON.stringify(value) !== JSON.stringify(usual);
              return (
                <tr key={name} class={differs ? 'differs' : undefined}>
                  <th scope="row">
                    {differs && <span title="not the default">● </span>}
                    {name}
                    <span class="about">
                      {description} <span class="quiet">({type})</span>
                    </span>
                  </th>
                  <td>
                    <code>{textOf(value)}</code>
                  </td>
                  <td class="quiet">
                    <code>{textOf(usual)}</code>
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}

const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
