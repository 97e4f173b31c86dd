import type { SchemaTree } from 'hyparquet';
import type { ColumnKind } from '../../table.ts';

/** What a column of a Parquet file holds: a kind of ours, or (as it is called) something that no kind is. */
export type ParquetColumn = { readonly kind: ColumnKind } | { readonly unread: string };

/** By the annotations of the Parquet format, the newer ones first. */
export function parquetColumn({ element, children }: SchemaTree): ParquetColumn {
  const { type, logical_type: logical, converted_type: converted } = element;
  if (children.length > 0 || element.repetition_type === 'REPEATED') return { unread: 'lists, maps or structures' };
  const annotation = logical?.type ?? converted ?? '';
  if (/^(?:TIMESTAMP|DATE)/.test(annotation) || type === 'INT96') return { kind: 'date' };
  if (/^(?:TIME|INTERVAL)/.test(annotation)) return { unread: 'times without a day' };
  if (/^(?:GEO|VARIANT|BSON|FILE)/.test(annotation)) return { unread: annotation.toLowerCase() };
  if (type === 'BOOLEAN') return { kind: 'boolean' };
  if (annotation === 'DECIMAL' || annotation === 'FLOAT16') return { kind: 'number' };
  if (type === 'BYTE_ARRAY' || annotation === 'UUID') return { kind: 'text' };
  if (type === 'FIXED_LEN_BYTE_ARRAY') return { unread: 'bytes' };
  return { kind: 'number' };
}
