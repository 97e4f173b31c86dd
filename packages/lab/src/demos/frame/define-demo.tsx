import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { queryOf, type Settings, type Values, valuesOf } from '../settings.ts';
import { type Demo, type Surroundings, surroundings } from './demo.ts';
import { type DemoWorker, openWorker } from './demo-worker.ts';
import type { Tasks } from './messages.ts';
import { queryAt } from './query-at.ts';
import { demoCss } from './style.ts';
import { workerUrl } from './worker-url.ts';

let sheet: CSSStyleSheet | undefined;

/** One sheet for all demos of a page, by the one way that a content security policy without inline styles lets in. */
export function demoSheet(): CSSStyleSheet {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(demoCss);
  }
  return sheet;
}

/**
 * Registers a demo as the element `<unbraid-demo-NAME>`. Its attributes:
 * - `wasm-url`: where ONNX Runtime's WebAssembly file is, relative to the page; by default beside the demo's Worker. The property `wasmUrl` is the same.
 * - `address`: keep the settings in the page's address, behind `#ADDRESS?`; without it they stay in the element.
 * - `query`: the first settings, `k=12&seed=3`, where the address has none.
 */
export function defineDemo<S extends Settings, T extends Tasks>(demo: Demo<S, T>): void {
  const tag = `unbraid-demo-${demo.name}`;
  if (customElements.get(tag)) return;
  customElements.define(
    tag,
    class extends HTMLElement {
      #worker: DemoWorker<T> | undefined;

      get wasmUrl(): string | null {
        return this.getAttribute('wasm-url');
      }

      set wasmUrl(url: string) {
        this.setAttribute('wasm-url', url);
      }

      connectedCallback(): void {
        const root = this.shadowRoot ?? this.attachShadow({ mode: 'open' });
        root.adoptedStyleSheets = [demoSheet()];
        this.#worker = openWorker<T>(workerUrl(demo.name), () => {
          const given = this.wasmUrl;
          return given === null ? undefined : new URL(given, document.baseURI).href;
        });
        render(<Mounted demo={demo} host={this} worker={this.#worker} />, root);
      }

      disconnectedCallback(): void {
        if (this.shadowRoot) render(null, this.shadowRoot);
        this.#worker?.close();
      }
    },
  );
}

interface MountedProps<S extends Settings, T extends Tasks> {
  readonly demo: Demo<S, T>;
  readonly host: HTMLElement;
  readonly worker: DemoWorker<T>;
}

function Mounted<S extends Settings, T extends Tasks>({ demo, host, worker }: MountedProps<S, T>) {
  const { settings, View } = demo;
  const address = host.getAttribute('address');
  const first = (address !== null && queryAt(location.hash, address)) || host.getAttribute('query') || '';
  const [values, setValues] = useState(() => valuesOf(settings, first));
  const [attempt, setAttempt] = useState(0);
  const change = (some: Partial<Values<S>>) => setValues((now) => ({ ...now, ...some }));

  useEffect(() => {
    if (address === null || queryAt(location.hash, address) === undefined) return;
    const query = queryOf(settings, values);
    history.replaceState(history.state, '', query === '' ? `#${address}` : `#${address}?${query}`);
  }, [values]);
  useEffect(() => {
    if (address === null) return;
    const hear = () => {
      const query = queryAt(location.hash, address);
      if (query !== undefined) setValues(valuesOf(settings, query));
    };
    addEventListener('hashchange', hear);
    return () => removeEventListener('hashchange', hear);
  }, [address]);

  const around = { demo, values, change, host, restart: () => setAttempt((before) => before + 1) };
  return (
    <surroundings.Provider value={around as unknown as Surroundings}>
      <View values={values} change={change} worker={worker} attempt={attempt} />
    </surroundings.Provider>
  );
}
