/** The same text with a line feed at each line's end, which files of Windows and old Macs write otherwise. */
export async function* unixLines(texts: AsyncIterable<string>): AsyncGenerator<string> {
  let held = false;
  for await (const text of texts) {
    let all: string = held ? `\r${text}` : text;
    held = all.endsWith('\r');
    // Its line feed may come with the next piece.
    if (held) all = all.slice(0, -1);
    yield all.includes('\r') ? all.replaceAll('\r\n', '\n').replaceAll('\r', '\n') : all;
  }
  if (held) yield '\n';
}
