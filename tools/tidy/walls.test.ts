import { test } from 'node:test';
import { complains, isQuiet, one, withFolder } from './planted.ts';

test('an import across a wall is a violation, whatever its form', () => {
  complains('imports|import table', [
    one('src/lib/a.ts', "import { x } from '../model/x.ts';"),
    one('src/model/a.ts', "export { x } from '../store/x.ts';"),
    one('src/model/a.ts', "const x = await import('../engine/run.ts');"),
    one('src/connector/a.ts', "import type { Store } from '../store/store.ts';"),
    one('src/simulator/a.ts', "import type { Page } from '../connector/contract.ts';"),
    one('src/store/a.ts', "import '../engine/run.ts';"),
    one('src/store/a.ts', "type A = import('../engine/run.ts').Run;"),
    one('src/connectors/hubspot/connector.ts', "import { portal } from './simulator.ts';"),
    one('src/connectors/hubspot/objects.ts', "import type { Portal } from './simulator-portal.ts';"),
    one('src/connectors/hubspot/simulator.ts', "import { objects } from './objects.ts';"),
    one('src/connectors/hubspot/simulator-portal.ts', "import type { A } from '../../connector/contract.ts';"),
    one('src/connectors/hubspot/connector.ts', "import { b } from '../carddav/connector.ts';"),
    one('src/connectors/hubspot/connector.ts', "import { text } from '../../model/value.ts';"),
    one('src/connectors/hubspot/connector.ts', "import type { Store } from '../../store/store.ts';"),
    one('src/engine/run.ts', "import { openSession } from '../connector/session.ts';"),
    one('src/engine/run.ts', "import { registry } from '../connectors/registry.ts';"),
    one('src/engine/merge.ts', "import { must } from '../lib/assert.ts';"),
    one('src/engine/merge-fields.ts', "import { read } from './read.ts';"),
    one('src/engine/plan.ts', "import { createHash } from 'node:crypto';"),
    one('src/server/app.ts', "import { hubspot } from '../connectors/hubspot/connector.ts';"),
    one('src/web/app.tsx', "import { routes } from '../server/api.ts';"),
    one('src/web/app.tsx', "import type { Rules } from '../model/rules.ts';"),
    one('src/cli/sync.ts', "import { run } from '../engine/run.ts';"),
    { 'src/engine/run.ts': "import '../../test/world.ts';", 'test/world.ts': '' },
    one('src/billing/a.ts', ''),
    one('src/server/app.ts', "import { sql } from 'kysely';"),
  ]);
});

test('an import that the table allows is none', () => {
  isQuiet(
    [
      one('src/main.ts', "import { run } from './engine/run.ts';"),
      one('src/model/a.ts', "import { must } from '../lib/assert.ts'; import type { B } from './b.ts';"),
      one('src/connectors/hubspot/connector.ts', "import type { Value } from '../../model/value.ts';"),
      one('src/connectors/hubspot/connector.ts', "import { type Value, type Values } from '../../model/value.ts';"),
      one(
        'src/connectors/hubspot/connector.ts',
        "import { listing } from '../../connector/rest.ts'; import { a } from './objects.ts';",
      ),
      one(
        'src/connectors/hubspot/simulator.ts',
        "import { simulator } from '../../simulator/kit.ts'; import './simulator-portal.ts';",
      ),
      one('src/connectors/hubspot/connector.test.ts', "import './connector.ts'; import './simulator.ts';"),
      one('src/connectors/registry.ts', "import { hubspot } from './hubspot/connector.ts';"),
      one(
        'src/engine/merge.ts',
        "import { mergeFields } from './merge-fields.ts'; import { equal } from '../model/equal.ts';",
      ),
      one(
        'src/engine/run.ts',
        "import { Failure } from '../connector/contract.ts'; import type { S } from '../connector/session.ts';",
      ),
      one('src/store/a.ts', "import pg from 'pg';"),
      one('src/web/app.tsx', "import type { Api } from '../server/api.ts';"),
      one('test/world.ts', "import { run } from '../src/engine/run.ts';"),
      one('src/lib/a.ts', '// import { x } from "../model/x.ts"\nconst text = `import "../model/x.ts"`;\nvoid text;'),
    ].map(withFolder),
  );
});
