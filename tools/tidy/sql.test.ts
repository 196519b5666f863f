import { test } from 'node:test';
import { complains, isQuiet, one, withFolder } from './planted.ts';

test('SQL outside the store is a violation', () => {
  const uses = [
    "run('select id from record where id = $1');",
    "run('SELECT * FROM record');",
    'run(`\n  insert into record (id) values (${id})`);',
    'run(sql`update record set gone = true`);',
    'run(sql`update ${table} set ${fields}`);',
    "run('delete from record');",
    "run('with due as (select 1) select * from due');",
    "run('create unique index on record (id)');",
    "run('drop table if exists record');",
    "run('ALTER TABLE record ADD x int');",
  ];
  complains(
    'SQL',
    uses.map((text) => one('src/engine/a.ts', text)),
  );
  for (const path of ['src/store/a.ts', 'src/engine/a.test.ts', 'test/a.ts'])
    isQuiet(uses.map((text) => one(path, text)));
  isQuiet([withFolder(one('src/connectors/postgres/connector.ts', uses.join('\n')))]);
});

test('a sentence that begins with a verb of SQL is none', () => {
  const texts = [
    "say('Select the account from the list');",
    "say('Update failed: set a longer time-out');",
    "say('update');",
    "say('Delete from A what is gone in B');",
    "say('With the default app as target');",
    "say('create a sync, then start it');",
    "say('drop');",
    '// select id from record',
  ];
  isQuiet(texts.map((text) => one('src/engine/a.ts', text)));
});
