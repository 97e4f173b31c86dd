/** An event of ONNX Runtime's profile; `dur` in microseconds. */
export interface ProfileEvent {
  readonly cat: string;
  readonly name: string;
  readonly dur: number;
  readonly args?: { readonly op_name?: string };
}

/** What our operators, by whose names nodes are called, belong to. */
const PARTS: Readonly<Record<string, string>> = {
  conv2d: 'convolutions',
  convTranspose2d: 'transposed convolutions',
  conv2dWeightGradient: 'gradients of filters',
  matmul: 'dense layers',
  gemm: 'dense layers',
};

/** The part that a node belongs to: by its operator, or by ONNX Runtime's name for nodes that it put in. */
function partOf({ name, args }: ProfileEvent): string {
  if (args?.op_name?.startsWith('Reorder')) return 'blocked layout';
  return PARTS[/^[A-Za-z0-9]+/.exec(name)?.[0] ?? ''] ?? 'other operators';
}

/**
 * Milliseconds of a step by part, from the profile of `steps` runs; what is left of the step's time is outside of the graph: images,
 * noise, Adam and what a run costs beyond its operators.
 */
export function partsOf(
  events: readonly ProfileEvent[],
  { steps, milliseconds }: { readonly steps: number; readonly milliseconds: number },
): Record<string, number> {
  const parts: Record<string, number> = {};
  for (const event of events) {
    if (event.cat !== 'Node' || !event.name.endsWith('_kernel_time')) continue;
    const part = partOf(event);
    parts[part] = (parts[part] ?? 0) + event.dur / 1000 / steps;
  }
  const inside = Object.values(parts).reduce((sum, part) => sum + part, 0);
  return { ...parts, 'outside the graph': milliseconds / steps - inside };
}
