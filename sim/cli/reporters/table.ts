/** Colours take no room. */
// oxlint-disable-next-line no-control-regex -- these are the escapes that a terminal swallows
const COLOURS = /\u001B\[\d+m/g;

/** How many columns of a terminal a text takes. */
export function widthOf(text: string): number {
  return text.replace(COLOURS, '').length;
}

/** A table in text: the first column to the left, the others to the right, each as wide as its longest cell. */
export function textTable(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => widthOf(row[column]!))));
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const blanks = ' '.repeat(widths[column]! - widthOf(cell));
        return column === 0 ? cell + blanks : `  ${blanks}${cell}`;
      })
      .join('')
      .trimEnd(),
  );
}

/** The rows of a table that is given by its columns. */
export function rowsOf(columns: readonly (readonly string[])[]): string[][] {
  return (columns[0] ?? []).map((_, row) => columns.map((column) => column[row]!));
}

/** A text cut to a width, with a mark where it was cut. */
export function truncated(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 2)}..`;
}

/** A name such as `opened(api/orders/breaker)` cut to a width: what it is about is told apart by its end. */
export function shortenedName(name: string, width: number): string {
  if (name.length <= width) return name;
  const about = name.indexOf('(') + 1;
  return `${name.slice(0, about)}..${name.slice(name.length - (width - about - 2))}`;
}
