import type { Arena } from '@unbraid/kernels';
import { encode } from '../dtype.ts';
import { hostFormOf } from '../host/host-form.ts';
import { constantValue } from '../operators/constant.ts';
import { isInput } from '../operators/input.ts';
import { sizeOf } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { allocate } from './buffer.ts';
import { isRecomputed, type Plan } from './plan.ts';
import type { Place } from './port.ts';
import type { Lifetime, Workspace } from './workspace.ts';

/** A value that must be copied after the stages, since it is in several outputs or begins inside another. */
export interface Copy {
  readonly from: Place;
  readonly to: Place;
}

export interface Places {
  /** Where each tensor is that lies in memory between calls. */
  readonly of: ReadonlyMap<Tensor, Place>;
  readonly copies: readonly Copy[];
}

/**
 * Memory for everything that one call of ONNX Runtime or of a host operator hands to another. Inputs and outputs are where their ports say;
 * values in between share memory where their times don't overlap.
 * @param own takes the functions that free what was allocated
 */
export function placesFor(
  plan: Plan,
  ports: { readonly inputs: ReadonlyMap<string, Place>; readonly outputs: ReadonlyMap<string, Place> },
  arena: Arena,
  workspace: Workspace,
  own: (free: () => void) => void,
): Places {
  const of = new Map<Tensor, Place>();
  const copies: Copy[] = [];
  for (const { name, tensor } of plan.inputs) of.set(tensor, ports.inputs.get(name)!);
  placeOutputs(plan, ports.outputs, of);
  const kept = keptValues(plan);
  for (const tensor of kept.constants) of.set(tensor, constantPlace(tensor, arena, own));
  const between = workspace.place(kept.lifetimes.filter(({ tensor }) => !of.has(tensor)));
  for (const [tensor, place] of between) of.set(tensor, place);
  for (const tensor of plan.stages.flatMap(({ hosts }) => hosts)) {
    const form = hostFormOf(tensor)!.form;
    if (!('offset' in form)) continue;
    const base = of.get(tensor.inputs[0]!)!;
    of.set(tensor, { ...base, offset: base.offset + form.offset, size: sizeOf(tensor.shape), shape: tensor.shape });
  }
  for (const { name, tensor } of plan.outputs) {
    const [from, to] = [of.get(tensor), ports.outputs.get(name)!];
    if (hostFormOf(tensor) && from && from !== to) copies.push({ from, to });
  }
  return { of, copies };
}

/** A computed output lies in the memory of the first output that it is. */
function placeOutputs(plan: Plan, outputs: ReadonlyMap<string, Place>, of: Map<Tensor, Place>): void {
  for (const { name, tensor } of plan.outputs) {
    const computed = !isInput(tensor) && !plan.free.has(tensor) && !isPart(tensor);
    if (computed && !of.has(tensor)) of.set(tensor, outputs.get(name)!);
  }
}

export function isPart(tensor: Tensor): boolean {
  const host = hostFormOf(tensor);
  return host !== undefined && 'offset' in host.form;
}

/** The tensor whose memory a tensor lies in. */
const baseOf = (tensor: Tensor): Tensor => (isPart(tensor) ? baseOf(tensor.inputs[0]!) : tensor);

/** What lies in memory, and from which stage to which. */
function keptValues({ stages, free, outputs }: Plan): { constants: Set<Tensor>; lifetimes: Lifetime[] } {
  const constants = new Set<Tensor>();
  const made = new Map<Tensor, number>();
  const last = new Map<Tensor, number>();
  // What a host operator reads lies in memory, and is read from there by all, recomputed or not.
  const readByHosts = new Set(stages.flatMap(({ hosts }) => hosts.flatMap((tensor) => tensor.inputs)));
  const use = (tensor: Tensor, stage: number) => {
    const base = baseOf(tensor);
    if (isInput(base)) return;
    if (free.has(base) && constantValue(base)) constants.add(base);
    else if (made.has(base)) last.set(base, stage);
  };
  // Two times a stage: ONNX Runtime's call, and the host operators after it.
  stages.forEach(({ nodes, hosts }, i) => {
    for (const tensor of nodes) {
      for (const x of tensor.inputs) {
        if (!free.has(x) && made.get(x) !== 2 * i)
          use(isRecomputed(x) && !readByHosts.has(x) ? x.inputs[0]! : x, 2 * i);
      }
      made.set(tensor, 2 * i);
    }
    for (const tensor of hosts) {
      for (const x of tensor.inputs) use(x, 2 * i + 1);
      if (!isPart(tensor)) {
        made.set(tensor, 2 * i + 1);
        last.set(tensor, 2 * i + 1);
      }
    }
  });
  for (const { tensor } of outputs) if (isPart(tensor)) use(tensor, 2 * stages.length);
  const lifetimes = [...last].map(([tensor, to]) => ({ tensor, from: made.get(tensor)!, to }));
  return { constants, lifetimes: lifetimes.sort((a, b) => a.from - b.from) };
}

function constantPlace(tensor: Tensor, arena: Arena, own: (free: () => void) => void): Place {
  const place = blockPlace(tensor, arena, own);
  place.port.source.data.set(encode(tensor.dtype, constantValue(tensor)!.data) as never);
  return place;
}

function blockPlace({ shape, dtype }: Tensor, arena: Arena, own: (free: () => void) => void): Place {
  const size = sizeOf(shape);
  const layout = { dtype, size, leaves: [{ path: '', shape, offset: 0, size }] };
  const { source, free } = allocate(arena, layout);
  own(free);
  return { port: { name: 'constant', layout, source }, dtype, offset: 0, size, shape };
}
