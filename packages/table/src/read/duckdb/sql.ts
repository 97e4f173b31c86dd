import { InputError } from '@unbraid/checks';

/** A text in SQL. */
export const sqlText = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A column or table in SQL. */
export const sqlName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** A path that DuckDB takes for itself and for no pattern. */
export const sqlPath = (path: string): string => sqlText(path.replace(/[*?[]/g, '[$&]'));

/** What DuckDB says is several lines, of which those before the first blank one say what is wrong. */
function reasonOf(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause);
  const lines = message.split('\n').map((line) => line.trim());
  const blank = lines.indexOf('');
  return lines
    .slice(0, blank < 0 ? lines.length : blank)
    .join(' ')
    .slice(0, 500);
}

/** The name in `extension "NAME"`, as DuckDB writes of one that it lacks. */
function extensionIn(reason: string): string | undefined {
  const start = reason.toLowerCase().indexOf('extension "');
  return start < 0 ? undefined : reason.slice(start + 'extension "'.length).split('"')[0];
}

/** What DuckDB refuses, as an error of ours in one line. */
export async function asked<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    const reason = reasonOf(cause);
    const extension = extensionIn(reason);
    if (extension !== undefined && /download|not found/i.test(reason)) {
      throw new InputError(
        'missing',
        `table: ${what} needs DuckDB's extension "${extension}", which it could not download; read it once with a connection to extensions.duckdb.org, after which it is kept`,
        { cause },
      );
    }
    throw new InputError('file', `table: ${what} cannot be read by DuckDB: ${reason}`, { cause });
  }
}
