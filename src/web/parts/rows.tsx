import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type MouseEvent, type ReactNode, useEffect, useRef } from 'react';

/** A column of a table; on a phone each row is a card and each column a line of it. */
export interface Column<Row> {
  /** Unique in the table. */
  key: string;
  /** What stands above it; empty for buttons. */
  title: string;
  show(row: Row): ReactNode;
  align?: 'left' | 'right';
  width?: number | string;
  /** The card's heading on a phone. */
  head?: true;
}

/** From this many rows on, only those near the window are drawn. */
const DRAWN_WHOLE = 100;
/** How high a row is taken to be before it was measured, in pixels. */
const ROW_PIXELS = 45;
/** Rows drawn beyond the window. */
const MARGIN_ROWS = 12;
/** So many rows before the end the next page is asked for. */
const EARLY_ROWS = 20;

/** A table: cards on a phone, and only what is in sight drawn when there are many rows. */
export function Rows<Row>(props: {
  label: string;
  columns: Column<Row>[];
  rows: Row[];
  keyOf(row: Row): string;
  onOpen?: (row: Row) => void;
  /** What stands there in the place of a table without a row: what to do next. */
  none?: string;
  /** Rows there are in all, where not all are loaded. */
  total?: number | undefined;
  /** Asked when the end comes near. */
  onEnd?: (() => void) | undefined;
}) {
  const { label, columns, rows, keyOf, onOpen, none, total, onEnd } = props;
  const place = useRef<HTMLTableElement>(null);
  const many = rows.length > DRAWN_WHOLE;
  const window = useWindowVirtualizer({
    count: rows.length,
    enabled: many,
    estimateSize: () => ROW_PIXELS,
    overscan: MARGIN_ROWS,
    scrollMargin: place.current?.offsetTop ?? 0,
    getItemKey: (index) => keyOf(rows[index] as Row),
  });
  const drawn = many ? window.getVirtualItems() : rows.map((_, index) => ({ index, start: 0, end: 0 }));
  const before = many ? (drawn[0]?.start ?? 0) - window.options.scrollMargin : 0;
  const after = many ? window.getTotalSize() - ((drawn.at(-1)?.end ?? 0) - window.options.scrollMargin) : 0;
  const last = drawn.at(-1)?.index ?? 0;
  useEffect(() => {
    if (onEnd && last >= rows.length - EARLY_ROWS) onEnd();
  }, [onEnd, last, rows.length]);
  if (rows.length === 0 && none !== undefined) return <p className="rows-none">{none}</p>;
  return (
    <table className="rows" ref={place} aria-label={label} aria-rowcount={(total ?? rows.length) + 1}>
      <thead>
        <tr>
          {columns.map(({ key, title, align, width }) => (
            <th key={key} scope="col" data-align={align} style={{ width }}>
              {title || <span className="visually-hidden">{key}</span>}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        <Gap pixels={before} columns={columns.length} />
        {drawn.map(({ index }) => (
          <OneRow
            key={keyOf(rows[index] as Row)}
            row={rows[index] as Row}
            index={index}
            columns={columns}
            onOpen={onOpen}
            measure={many ? window.measureElement : undefined}
          />
        ))}
        <Gap pixels={after} columns={columns.length} />
      </tbody>
    </table>
  );
}

function Gap({ pixels, columns }: { pixels: number; columns: number }) {
  if (pixels <= 0) return null;
  return (
    <tr className="rows-gap" aria-hidden>
      <td colSpan={columns} style={{ height: pixels }} />
    </tr>
  );
}

function OneRow<Row>(props: {
  row: Row;
  index: number;
  columns: Column<Row>[];
  onOpen: ((row: Row) => void) | undefined;
  measure: ((element: HTMLTableRowElement | null) => void) | undefined;
}) {
  const { row, index, columns, onOpen, measure } = props;
  const press = onOpen
    ? {
        'data-pressable': true,
        tabIndex: 0,
        onClick: (event: MouseEvent<HTMLElement>) => {
          if (!isControl(event.target)) onOpen(row);
        },
        onKeyDown: (event: KeyboardEvent<HTMLElement>) => {
          if (event.key === 'Enter' && event.target === event.currentTarget) onOpen(row);
        },
      }
    : {};
  return (
    <tr ref={measure} data-index={index} aria-rowindex={index + 2} {...press}>
      {columns.map(({ key, title, align, head, show }) => (
        <td key={key} data-title={title} data-align={align} data-head={head}>
          {show(row)}
        </td>
      ))}
    </tr>
  );
}

/** A button or a link within a row does its own work. */
function isControl(target: EventTarget): boolean {
  return target instanceof Element && target.closest('a, button, input, label, [role="menuitem"]') !== null;
}
