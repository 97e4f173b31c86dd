/** What a demo's Worker can be asked, by name: what a task takes, what it tells on its way, and what it gives. All of it can be cloned. */
export type Tasks = Readonly<Record<string, TaskTypes>>;

export interface TaskTypes {
  readonly input: unknown;
  readonly progress: unknown;
  readonly result: unknown;
}

/** Page to Worker. */
export type Request =
  | {
      readonly type: 'start';
      readonly id: number;
      readonly task: string;
      readonly input: unknown;
      /** Where ONNX Runtime's WebAssembly file is; absent: beside the Worker's own file. */
      readonly wasmUrl: string | undefined;
    }
  | { readonly type: 'cancel'; readonly id: number };

/** Worker to page. */
export type Answer =
  | { readonly type: 'progress'; readonly id: number; readonly value: unknown }
  | { readonly type: 'result'; readonly id: number; readonly value: unknown }
  | { readonly type: 'error'; readonly id: number; readonly message: string }
  /** A cancel was heard: the Worker lives, and the task ends at its next stop. */
  | { readonly type: 'heard'; readonly id: number };
