import type { Arena, Block, Csr } from '@unbraid/kernels';

type Table = Float32Array | Int32Array;

/** Tables in an arena. Read `views` at each use: growth of the arena makes them anew. */
export interface Placed<K extends string> {
  readonly views: { readonly [Name in K]: Table };
  release(): void;
}

interface Entry {
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
  const entry = entries.get(owner) ?? { blocks: copyTables(arena, tables()), users: 0 };
  entries.set(owner, entry);
  entry.users++;
  const views = {} as Record<K, Table>;
  for (const [name, block] of entry.blocks) {
    Object.defineProperty(views, name, { get: () => block.data });
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

function copyTables(arena: Arena, tables: Readonly<Record<string, Table>>): Map<string, Block> {
  const blocks = new Map<string, Block>();
  for (const [name, table] of Object.entries(tables)) {
    const block = arena.alloc(table instanceof Int32Array ? 'int32' : 'float32', table.length);
    block.data.set(table as never);
    blocks.set(name, block);
  }
  return blocks;
}
