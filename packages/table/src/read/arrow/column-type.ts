import type { DataType, Type as Types } from '@uwdata/flechette';
import type { ColumnKind } from '../../table.ts';

/** The kind that a type of Arrow has with us; undefined for lists, structures, bytes, times without a day and the like. */
export function kindOfArrow(type: DataType, Type: typeof Types): ColumnKind | undefined {
  switch (type.typeId) {
    case Type.Dictionary:
      return kindOfArrow((type as { dictionary: DataType }).dictionary, Type);
    case Type.Null:
    case Type.Int:
    case Type.Float:
    case Type.Decimal:
      return 'number';
    case Type.Bool:
      return 'boolean';
    case Type.Date:
    case Type.Timestamp:
      return 'date';
    case Type.Utf8:
    case Type.LargeUtf8:
    case Type.Utf8View:
      return 'text';
    default:
      return undefined;
  }
}
