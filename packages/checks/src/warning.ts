/** Is told, in one line, of something that went on but didn't come out as asked, such as an iteration that ended early. */
export type WarningListener = (message: string) => void;

interface WarningProcess {
  readonly emitWarning?: (message: string, options: { readonly type: string }) => void;
}

/**
 * The default listener: a process warning where there is a process (Node prints it to stderr;
 * `--no-warnings` silences it), nothing elsewhere. Results hold what was told as well, so nothing depends on being heard.
 */
export const emitWarning: WarningListener = (message) => {
  const { process } = globalThis as { readonly process?: WarningProcess };
  process?.emitWarning?.(message, { type: 'UnbraidWarning' });
};
