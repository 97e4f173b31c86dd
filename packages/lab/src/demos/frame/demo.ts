import { InternalError } from '@unbraid/checks';
import { createContext, type VNode } from 'preact';
import { useContext } from 'preact/hooks';
import type { Settings, Values } from '../settings.ts';
import type { DemoWorker } from './demo-worker.ts';
import type { Tasks } from './messages.ts';

/** A demo, for `defineDemo`. */
export interface Demo<S extends Settings, T extends Tasks> {
  /** Of the element, `unbraid-demo-NAME`, and of the folder, `demos/NAME/worker.ts`. */
  readonly name: string;
  readonly title: string;
  /** The paper's claim in one sentence. */
  readonly claim: string;
  readonly source: { readonly label: string; readonly href: string };
  readonly settings: S;
  /** Settings that make an example, by the words of a button. Others go back to their defaults, but for the seed. */
  readonly presets?: Readonly<Record<string, Partial<Values<S>>>>;
  readonly View: (props: ViewProps<S, T>) => VNode;
}

/** What a demo's view gets. It gives a `Frame`. */
export interface ViewProps<S extends Settings, T extends Tasks> {
  readonly values: Values<S>;
  readonly change: (some: Partial<Values<S>>) => void;
  readonly worker: DemoWorker<T>;
  /** Counts the button Restart: to be handed to `useTask`. */
  readonly attempt: number;
}

/** What the parts of a frame know of their demo. */
export interface Surroundings {
  readonly demo: Demo<Settings, Tasks>;
  readonly values: Values<Settings>;
  readonly change: (some: Partial<Values<Settings>>) => void;
  readonly restart: () => void;
  readonly host: HTMLElement;
}

export const surroundings = createContext<Surroundings | undefined>(undefined);

/** @throws {InternalError} outside a demo's view */
export function useSurroundings(): Surroundings {
  const found = useContext(surroundings);
  if (!found) throw new InternalError('lab: a part of a demo stands outside the view of a demo');
  return found;
}
