import { h, render } from 'preact';
import { dynamicVae } from './dynamic-vae/element.tsx';
import { demoSheet } from './frame/define-demo.tsx';
import { galu } from './galu/element.tsx';
import { gfgn } from './gfgn/element.tsx';
import { laperm } from './laperm/element.tsx';
import { linearity } from './linearity/element.tsx';
import { pictures } from './pictures.tsx';
import { simEnv } from './sim-env/element.tsx';

interface Card {
  readonly name: string;
  readonly title: string;
  readonly claim: string;
  readonly source: { readonly label: string; readonly href: string };
}

/** In the order in which they are shown. */
const cards: readonly Card[] = [galu, laperm, dynamicVae, linearity, gfgn, simEnv];

const TAG = 'unbraid-methods';

/** The methods as cards that lead to their demos, at `#/methods/NAME`: the body of the lab's page of methods. */
export function MethodsPage() {
  return h(TAG, {});
}

/** As an element, whose shadow has the look of the demos. */
if (!customElements.get(TAG))
  customElements.define(
    TAG,
    class extends HTMLElement {
      connectedCallback(): void {
        const root = this.shadowRoot ?? this.attachShadow({ mode: 'open' });
        root.adoptedStyleSheets = [demoSheet()];
        render(<Cards />, root);
      }
    },
  );

function Cards() {
  return (
    <article>
      <ul class="cards">
        {cards.map(({ name, title, claim, source }) => (
          <li key={name}>
            <svg viewBox="0 0 160 100" aria-hidden="true">
              {pictures[name]?.()}
            </svg>
            <h2>
              <a href={`#/methods/${name}`}>{title}</a>
            </h2>
            <p>{claim}</p>
            <p class="quiet">
              <a href={source.href} target="_blank" rel="noreferrer">
                {source.label}
              </a>
            </p>
          </li>
        ))}
      </ul>
    </article>
  );
}
