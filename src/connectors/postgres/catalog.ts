import type { Run } from './database.ts';

/** A table as the catalog has it; table-of.ts makes a `Table` of it. */
export interface CatalogTable {
  oid: string;
  schema: string;
  name: string;
  comment: string | null;
  partitioned: boolean;
  /** It has partitions that are kept elsewhere (foreign tables): their rows have no xmin. */
  elsewhere: boolean;
  rowBytes: number;
  rowSecurity: boolean;
  may: { select: boolean; insert: boolean; update: boolean; delete: boolean };
  writtenAgain: boolean;
  checkedLater: boolean;
  columns: CatalogColumn[];
  uniques: CatalogUnique[];
  references: { name: string; columns: number[]; to: string; toColumns: number[] }[];
  checks: { column: number; definition: string }[];
}

/** A column; domains are already resolved to what they rest on. */
export interface CatalogColumn {
  number: number;
  name: string;
  comment: string | null;
  notNull: boolean;
  /** The name of the type in pg_type, and whether PostgreSQL itself brings it. */
  typeName: string;
  builtIn: boolean;
  /** As in pg_type: e enum, b base … */
  typeKind: string;
  isArray: boolean;
  type: string;
  fullType: string;
  modifier: number;
  labels: string[] | null;
  default: string | null;
  identity: '' | 'a' | 'd';
  /** The sequence of an identity column, where we may draw from it. */
  sequence: string | null;
  generated: boolean;
  /** A time that an index begins with. */
  indexed: boolean;
  stamped: boolean;
  assigned: 'never' | 'always' | 'when empty';
  insert: boolean;
  update: boolean;
}

/** A unique index that is checked at once or later; `immediate` tells. */
export interface CatalogUnique {
  columns: number[];
  parts: string[];
  predicate: string | null;
  primary: boolean;
  replica: boolean;
  immediate: boolean;
}

/** All tables that are nobody's internals, or the one of this name ('public.customers'), usable or not. */
export async function readCatalog(run: Run, name: string | null = null): Promise<CatalogTable[]> {
  const rows = await run.rows(statement, [name]);
  return rows.map(([json]) => JSON.parse(json ?? '') as CatalogTable);
}

const columns = `(
  select coalesce(json_agg(json_build_object(
    'number', a.attnum, 'name', a.attname, 'comment', col_description(c.oid, a.attnum),
    'notNull', a.attnotnull or coalesce(d.not_null, false),
    'typeName', t.typname, 'builtIn', t.typnamespace = 'pg_catalog'::regnamespace, 'typeKind', coalesce(e.typtype, t.typtype),
    'isArray', t.typcategory = 'A' and t.typelem <> 0,
    'type', format_type(t.oid, -1), 'fullType', format_type(a.atttypid, a.atttypmod),
    'modifier', case when a.atttypmod = -1 then coalesce(d.modifier, -1) else a.atttypmod end,
    'labels', (select json_agg(l.enumlabel order by l.enumsortorder) from pg_enum l where l.enumtypid = coalesce(e.oid, t.oid)),
    'default', case when a.attgenerated = '' then coalesce(pg_get_expr(f.adbin, f.adrelid), d.standard) end,
    'identity', a.attidentity,
    'sequence', case when a.attidentity <> '' then (
      select q.oid::regclass::text from pg_depend x join pg_class q on q.oid = x.objid
      where x.classid = 'pg_class'::regclass and x.refclassid = 'pg_class'::regclass and x.refobjid = c.oid
        and x.refobjsubid = a.attnum and x.deptype = 'i' and q.relkind = 'S' and has_sequence_privilege(q.oid, 'usage')) end,
    'generated', a.attgenerated <> '',
    'indexed', t.typname in ('timestamp', 'timestamptz') and exists (
      select from pg_index i join pg_class x on x.oid = i.indexrelid join pg_am m on m.oid = x.relam
      where i.indrelid = c.oid and i.indkey[0] = a.attnum and i.indisvalid and i.indpred is null and m.amname = 'btree'),
    'stamped', c.relhastriggers and t.typname in ('timestamp', 'timestamptz') and a.attname ~ '^\\w+$' and exists (
      select from pg_trigger g join pg_proc p on p.oid = g.tgfoid
      where g.tgrelid = c.oid and not g.tgisinternal and g.tgenabled in ('O', 'A') and g.tgtype & 19 = 19 and g.tgattr = ''
        and (p.prosrc ~* ('\\mnew\\.\\s*"?' || a.attname || '"?\\s*:?=\\s*\\(?(now|current_timestamp|clock_timestamp|'
            || 'statement_timestamp|transaction_timestamp|localtimestamp|timezone)')
          or p.proname = 'moddatetime' and pg_get_triggerdef(g.oid) like '%(''' || a.attname || ''')')),
    'assigned', case when c.relhastriggers and a.attname ~ '^\\w+$' then coalesce((
      select case when p.prosrc ~* ('\\mnew\\.\\s*"?' || a.attname || '"?\\s+is\\s+null') then 'when empty' else 'always' end
      from pg_trigger g join pg_proc p on p.oid = g.tgfoid
      where g.tgrelid = c.oid and not g.tgisinternal and g.tgenabled in ('O', 'A') and g.tgtype & 7 = 7
        and p.prosrc ~* ('\\mnew\\.\\s*"?' || a.attname || '"?\\s*(:=|=\\s*\\(?\\s*(nextval|gen_random_uuid|uuid))|into\\s+(strict\\s+)?new\\.\\s*"?'
          || a.attname || '\\M')
      limit 1), 'never') else 'never' end,
    'insert', has_column_privilege(c.oid, a.attnum, 'insert'), 'update', has_column_privilege(c.oid, a.attnum, 'update')
  ) order by a.attnum), '[]')
  from pg_attribute a
  left join domains d on d.type = a.atttypid
  join pg_type t on t.oid = coalesce(d.base, a.atttypid)
  left join pg_type e on t.typcategory = 'A' and e.oid = t.typelem
  left join pg_attrdef f on f.adrelid = c.oid and f.adnum = a.attnum
  where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped)`;

const uniques = `(
  select coalesce(json_agg(json_build_object(
    'columns', (select json_agg(k.number order by k.place) from unnest(i.indkey::int2[]) with ordinality k(number, place)
      where k.place <= i.indnkeyatts),
    'parts', (select json_agg(pg_get_indexdef(i.indexrelid, n, true) order by n) from generate_series(1, i.indnkeyatts) n),
    'predicate', pg_get_expr(i.indpred, i.indrelid, true),
    'primary', i.indisprimary, 'replica', i.indisreplident, 'immediate', i.indimmediate
  ) order by i.indexrelid), '[]')
  from pg_index i where i.indrelid = c.oid and i.indisunique and i.indisvalid and i.indislive)`;

const statement = `
with recursive resolved as (
  select oid as type, typbasetype as base, typtypmod as modifier, typnotnull as not_null, typdefault as standard
  from pg_type where typtype = 'd'
  union all
  select r.type, t.typbasetype, case when r.modifier = -1 then t.typtypmod else r.modifier end,
    r.not_null or t.typnotnull, coalesce(r.standard, t.typdefault)
  from resolved r join pg_type t on t.oid = r.base where t.typtype = 'd'
), domains as (
  select r.* from resolved r join pg_type t on t.oid = r.base where t.typtype <> 'd'
)
select json_build_object(
  'oid', c.oid::text, 'schema', n.nspname, 'name', c.relname, 'comment', obj_description(c.oid, 'pg_class'),
  'partitioned', c.relkind = 'p',
  'elsewhere', c.relkind = 'p' and exists (
    select from pg_partition_tree(c.oid) p join pg_class l on l.oid = p.relid where l.relkind = 'f'),
  'rowBytes', (
    select coalesce(sum(l.relpages + coalesce(o.relpages, 0))::bigint * current_setting('block_size')::int
      / nullif(sum(greatest(l.reltuples, 0))::bigint, 0), 0)
    from pg_class l left join pg_class o on o.oid = l.reltoastrelid
    where l.oid = c.oid or c.relkind = 'p' and l.relkind = 'r' and l.oid in (select relid from pg_partition_tree(c.oid))),
  'rowSecurity', row_security_active(c.oid),
  'may', json_build_object('select', has_table_privilege(c.oid, 'select'), 'insert', has_any_column_privilege(c.oid, 'insert'),
    'update', has_any_column_privilege(c.oid, 'update'), 'delete', has_table_privilege(c.oid, 'delete')),
  'writtenAgain', c.relhastriggers and exists (
    select from pg_trigger g where g.tgrelid = c.oid and not g.tgisinternal and g.tgenabled in ('O', 'A')
      and g.tgtype & 66 = 0 and g.tgtype & 20 <> 0 and g.tgname not like 'syncline\\_%'),
  'checkedLater', exists (
    select from pg_index i where i.indrelid = c.oid and (i.indisunique or i.indisexclusion) and not i.indimmediate),
  'columns', ${columns},
  'uniques', ${uniques},
  'references', (
    select coalesce(json_agg(json_build_object('name', f.conname, 'columns', f.conkey, 'to', f.confrelid::text, 'toColumns', f.confkey) order by f.oid), '[]')
    from pg_constraint f where f.conrelid = c.oid and f.contype = 'f' and f.conparentid = 0),
  'checks', (
    select coalesce(json_agg(json_build_object('column', x.number, 'definition', pg_get_constraintdef(x.oid))), '[]')
    from (
      select k.oid, k.conkey[1] as number from pg_constraint k
      where k.conrelid = c.oid and k.contype = 'c' and array_length(k.conkey, 1) = 1
      union all
      select k.oid, a.attnum from pg_attribute a join pg_constraint k on k.contypid = a.atttypid and k.contype = 'c'
      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) x)
)
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p') and not c.relispartition and c.relpersistence <> 't'
  and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and has_schema_privilege(n.oid, 'usage')
  and not exists (
    select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
  and ($1::text is null or n.nspname || '.' || c.relname = $1)
order by n.nspname, c.relname`;
