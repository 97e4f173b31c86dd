import type { Arena, Block, Csr } from '@unbraid/kernels';

type Table = Float32Array | Int32Array;

/** Tables in an arena. Read `views` at each use: growth of the arena makes them anew. */
export interface Placed<K extends string> {
  readonly views: { readonly [Name in K]: Table };
  release(): void;
}

interface Entry {
  readonly tables: Readonly<Record<string, Table>>;
  readonly blocks: Map<string, Block>;
  users: number;
}

const byArena = new WeakMap<Arena, Map<object, Entry>>();

/**
 * Tables in the arena, shared by all that ask for those of the same `owner` and freed with the last of them.
 * @param owner what the tables belong to; they are made when nobody has them yet, and are always the same
 */
export function placeTables<K extends string>(
  arena: Arena,
  owner: object,
  tables: () => Readonly<Record<K, Table>>,
): Placed<K> {
  const entries = byArena.get(arena) ?? new Map<object, Entry>();
  byArena.set(arena, entries);
  const entry = entries.get(owner) ?? entryOf(arena, tables());
  entries.set(owner, entry);
  entry.users++;
  const views = {} as Record<K, Table>;
  for (const [name, block] of entry.blocks) {
    Object.defineProperty(views, name, { get: () => block.data, enumerable: true });
  }
  return {
    views,
    release() {
      if (--entry.users > 0) return;
      entries.delete(owner);
      for (const block of entry.blocks.values()) block.free();
    },
  };
}

/** The tables of a sparse matrix. All operators on it share them. */
export function placeMatrix(arena: Arena, matrix: Csr): Placed<'starts' | 'columns' | 'values'> {
  const { starts, columns, values } = matrix;
  return placeTables(arena, matrix, () => ({ starts, columns, values }));
}

const changing = new WeakSet<object>();

/**
 * Says that the tables of a matrix or structure are written anew between runs of compiled programs: a batch of edges in the place of another, in arrays
 * of the same lengths. Nothing is then concluded from what stands in them while a program is built. Derivatives beyond the first, and exported files, have
 * the tables of the moment in which they are made.
 * @returns what was given
 */
export function changingTables<T extends object>(owner: T): T {
  changing.add(owner);
  return owner;
}

/** Whether `changingTables` was told of it. */
export const isChanging = (owner: object): boolean => changing.has(owner);

/** Copies the arrays of `owner` as they are now to where compiled programs read them. Does nothing where no program does. */
export function refreshTables(arena: Arena, owner: object): void {
  const entry = byArena.get(arena)?.get(owner);
  if (entry) for (const [name, block] of entry.blocks) block.data.set(entry.tables[name] as never);
}

const entryOf = (arena: Arena, tables: Readonly<Record<string, Table>>): Entry => ({
  tables,
  blocks: copyTables(arena, tables),
  users: 0,
});

function copyTables(arena: Arena, tables: Readonly<Record<string, Table>>): Map<string, Block> {
  const blocks = new Map<string, Block>();
  for (const [name, table] of Object.entries(tables)) {
    const block = arena.alloc(table instanceof Int32Array ? 'int32' : 'float32', table.length);
    block.data.set(table as never);
    blocks.set(name, block);
  }
  return blocks;
}
