import type { ComponentChildren } from "preact";

export interface Column<T> {
  key: string;
  title: string;
  cell: (row: T) => ComponentChildren;
  /** Numbers stand at the right. */
  number?: boolean;
  /** The heading of a row, and of its card where the screen is narrow. */
  head?: boolean;
}

/** A table that becomes a card for each row where it has less than 40rem. */
export function Table<T>({
  caption,
  columns,
  rows,
  keyOf,
}: {
  /** Read out, not shown: the heading above says it to those who see. */
  caption: string;
  columns: Column<T>[];
  rows: T[];
  keyOf: (row: T) => string;
}) {
  return (
    <div class="table-box">
      <table class="table" role="table">
        <caption class="hidden">{caption}</caption>
        <thead role="rowgroup">
          <tr role="row">
            {columns.map((c) => (
              <th key={c.key} role="columnheader" scope="col" class={c.number ? "number" : undefined}>
                {c.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <tr key={keyOf(row)} role="row">
              {columns.map((c) => {
                const shared = { class: c.number ? "number" : undefined, "data-title": c.title };
                return c.head ? (
                  <th key={c.key} role="rowheader" scope="row" {...shared}>
                    {c.cell(row)}
                  </th>
                ) : (
                  <td key={c.key} role="cell" {...shared}>
                    {c.cell(row)}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
