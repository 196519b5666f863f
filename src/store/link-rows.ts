import type { Base, Link } from '../model/link.ts';
import type { Two } from '../model/value.ts';
import type { Cell } from './copy.ts';
import { fromText, toJson, toJsonOrNull, toText } from './text.ts';

/** A row of links as the statements of the store select it by `linkColumns`. */
export interface LinkRow {
  id: number;
  a_id: string | null;
  b_id: string | null;
  generation: number;
  stage: Link['stage'];
  status: Link['status'];
  problem: Link['problem'];
  a_base: Buffer;
  b_base: Buffer;
  a_edges: Link['edges']['a'] | null;
  b_edges: Link['edges']['b'] | null;
  a_pending: Link['pending']['a'];
  b_pending: Link['pending']['b'];
  flips: Link['flips'] | null;
  held: Link['held'];
}

/** What a statement selects of `link l` for `linkOf`. */
export const linkColumns =
  'l.id, l.a_id, l.b_id, l.generation, l.stage, l.status, l.problem, l.a_base, l.b_base, l.a_edges, l.b_edges, l.a_pending, l.b_pending, l.flips, l.held';

/** A link as the engine sees it. */
export function linkOf(row: LinkRow): Link {
  return {
    id: String(row.id),
    ids: { a: fromTextOrNull(row.a_id), b: fromTextOrNull(row.b_id) },
    generation: row.generation,
    stage: row.stage,
    status: row.status,
    problem: row.problem,
    base: { a: baseOf(row.a_base), b: baseOf(row.b_base) },
    edges: { a: row.a_edges ?? {}, b: row.b_edges ?? {} },
    pending: { a: row.a_pending, b: row.b_pending },
    flips: row.flips ?? {},
    held: row.held,
  };
}

/** Links as columns, in the order of `givenLinks`: parameters for `unnest`. */
export function linkParameters(links: readonly Link[]): unknown[] {
  const rows = links.map(cellsOf);
  const [first = []] = rows;
  return first.map((_cell, column) => rows.map((row) => row[column]));
}

/** A link as columns, in the same order. */
export function cellsOf(link: Link): Cell[] {
  return [
    link.id,
    toTextOrNull(link.ids.a),
    toTextOrNull(link.ids.b),
    link.generation,
    link.stage,
    link.status,
    toJsonOrNull(link.problem),
    `\\x${bytesOf(link.base.a).toString('hex')}`,
    `\\x${bytesOf(link.base.b).toString('hex')}`,
    filledJson(link.edges.a),
    filledJson(link.edges.b),
    toJsonOrNull(link.pending.a),
    toJsonOrNull(link.pending.b),
    filledJson(link.flips),
    link.held,
  ];
}

/** The FROM item of `linkParameters`, which begin at parameter $2 (a sync is $1). */
export const givenLinks = `unnest($2::bigint[], $3::text[], $4::text[], $5::integer[], $6::text[], $7::text[], $8::jsonb[],
  $9::bytea[], $10::bytea[], $11::jsonb[], $12::jsonb[], $13::jsonb[], $14::jsonb[], $15::jsonb[], $16::text[]) as
  g (id, a_id, b_id, generation, stage, status, problem, a_base, b_base, a_edges, b_edges, a_pending, b_pending, flips, held)`;

/** Bytes of one slot of a base: 53 bits fit. */
const SLOT_BYTES = 7;
const lowBytes = 6;
const lowRange = 2 ** (8 * lowBytes);

/** A base as stored: 7 bytes a slot, big-endian; trailing slots that never agreed are left out. */
export function bytesOf(base: Base): Buffer {
  let slots = base.length;
  while (slots > 0 && !base[slots - 1]) slots--;
  const bytes = Buffer.alloc(slots * SLOT_BYTES);
  for (let slot = 0; slot < slots; slot++) {
    // A base may have holes: a slot that was never set reads as 0.
    const hash = base[slot] ?? 0;
    bytes.writeUInt8(Math.floor(hash / lowRange), slot * SLOT_BYTES);
    bytes.writeUIntBE(hash % lowRange, slot * SLOT_BYTES + 1, lowBytes);
  }
  return bytes;
}

/** The base of stored bytes. */
export function baseOf(bytes: Buffer): Base {
  const base: Base = [];
  for (let at = 0; at < bytes.length; at += SLOT_BYTES) {
    base.push(bytes.readUInt8(at) * lowRange + bytes.readUIntBE(at + 1, lowBytes));
  }
  return base;
}

/** The pair of a link's ids as they stand in the database. */
export function storedIds(link: Link): Two<string | null> {
  return { a: toTextOrNull(link.ids.a), b: toTextOrNull(link.ids.b) };
}

function filledJson(object: object): string | null {
  for (const _key in object) return toJson(object);
  return null;
}

function toTextOrNull(text: string | null): string | null {
  return text === null ? null : toText(text);
}

function fromTextOrNull(text: string | null): string | null {
  return text === null ? null : fromText(text);
}
