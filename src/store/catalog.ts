import type { Sql } from './db.ts';

/**
 * The schema of a database as text: what the migrations have come to, for the golden copy in schema.sql. Made from the
 * catalog by ourselves, since the embedded PostgreSQL has no pg_dump, and so that every version gives the same text.
 * It is for reading and comparing; databases are made by the migrations.
 */
export async function describeSchema(sql: Sql): Promise<string> {
  const parts = [
    ...(await lines(sql, sequencesSql)),
    ...(await tables(sql)),
    ...(await lines(sql, indexesSql)),
    ...(await lines(sql, functionsSql)),
    ...(await lines(sql, triggersSql)),
  ];
  return `${header}\n\n${parts.join('\n\n')}\n`;
}

const header = '-- What the migrations make. Written by `npm run schema`, compared by src/store/catalog.test.ts.';

async function lines(sql: Sql, text: string): Promise<string[]> {
  const rows = await sql.rows<{ text: string }>(text);
  return rows.map((row) => row.text);
}

/** Partitions come and go with the months, and the migrations’ own table is not made by one. */
const ownTables = `
  select c.oid, c.relname as name, c.relkind as kind, c.relpersistence as persistence from pg_class c
  where c.relnamespace = 'syncline'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
    and c.relname <> 'migration'`;

const sequencesSql = `
  select 'create sequence ' || c.relname || ';' as text from pg_class c
  where c.relnamespace = 'syncline'::regnamespace and c.relkind = 'S'
    and not exists (select from pg_depend d where d.objid = c.oid and d.deptype in ('a', 'i'))
  order by c.relname`;

interface TableRow {
  what: string;
  name: string;
  columns: string[];
  partition: string | null;
}

async function tables(sql: Sql): Promise<string[]> {
  const rows = await sql.rows<TableRow>(tablesSql);
  return rows.map(({ what, name, columns, partition }) => {
    const by = partition === null ? '' : ` partition by ${partition}`;
    return `create ${what} ${name} (\n  ${columns.join(',\n  ')}\n)${by};`;
  });
}

const tablesSql = `
  with own as (${ownTables}), line as (
    select a.attrelid as oid, a.attnum::integer as place,
      a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
      || case when a.attcollation <> t.typcollation then ' collate "' || (select collname from pg_collation where oid = a.attcollation) || '"' else '' end
      || case when a.attstorage <> t.typstorage then ' storage ' || case a.attstorage when 'e' then 'external' else a.attstorage::text end else '' end
      || case when a.attnotnull then ' not null' else '' end
      || case a.attidentity when 'a' then ' generated always as identity' else '' end
      || case when d.adbin is null then ''
           when a.attgenerated = 's' then ' generated always as (' || pg_get_expr(d.adbin, d.adrelid) || ') stored'
           else ' default ' || pg_get_expr(d.adbin, d.adrelid) end as text
    from own join pg_attribute a on a.attrelid = own.oid and a.attnum > 0 and not a.attisdropped
    join pg_type t on t.oid = a.atttypid
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    union all
    -- From 18 on NOT NULL is a constraint too (contype n); it is told with its column.
    select c.conrelid, 1000, 'constraint ' || c.conname || ' ' || pg_get_constraintdef(c.oid)
    from own join pg_constraint c on c.conrelid = own.oid where c.contype <> 'n'
  )
  select own.name, array_agg(line.text order by line.place, line.text) as columns,
    case when own.kind = 'p' then pg_get_partkeydef(own.oid) end as partition,
    case own.persistence when 'u' then 'unlogged table' else 'table' end as what
  from own join line on line.oid = own.oid group by own.oid, own.name, own.kind, own.persistence order by own.name`;

/** Indexes that belong to a constraint are told with their table. */
const indexesSql = `
  select pg_get_indexdef(i.indexrelid) || ';' as text
  from pg_index i join (${ownTables}) own on own.oid = i.indrelid
  where not exists (select from pg_constraint c where c.conindid = i.indexrelid and c.contype in ('p', 'u', 'x'))
  order by 1`;

const functionsSql = `
  select rtrim(pg_get_functiondef(p.oid), E' \\n') || ';' as text from pg_proc p
  where p.pronamespace = 'syncline'::regnamespace order by p.proname`;

const triggersSql = `
  select pg_get_triggerdef(t.oid) || ';' as text from pg_trigger t join (${ownTables}) own on own.oid = t.tgrelid
  where not t.tgisinternal order by t.tgname`;
