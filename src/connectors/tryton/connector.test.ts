import { after, before, describe } from 'node:test';
import { faultyHttp } from '../../../test/partners/faulty-http.ts';
import { missingTryton, startTryton, type TrytonServer } from '../../../test/partners/tryton.ts';
import { emptyTryton, partyPerson, productPerson, salePerson } from '../../../test/partners/tryton-people.ts';
import { conformance, type DocumentedError, type Rig } from '../../connector/conformance.ts';
import { systemClock } from '../../lib/clock.ts';
import { connector } from './connector.ts';

describe('tryton', { skip: missingTryton() }, () => {
  let server: TrytonServer;
  before(async () => {
    server = await startTryton();
  });
  after(() => server.stop());
  conformance('tryton persons', async () => rigOn(server, { ...persons, person: partyPerson(server.desk) }));
  conformance('tryton products', async () => rigOn(server, { ...goods, person: productPerson(server.desk) }));
  conformance('tryton sales', async () => {
    const rig = await rigOn(server, { ...orders, person: salePerson(server.desk, 0) });
    const [party = 0] = await server.desk.call<number[]>('party.party', 'create', [{ name: 'Buyer' }]);
    const record = (n: number) => ({ reference: `SO-${n}`, comment: `note ${n}`, company: [String(party)] });
    return { ...rig, record, person: salePerson(server.desk, party) };
  });
});

type Subject = Pick<Rig, 'object' | 'record' | 'fields' | 'bad' | 'person'>;

const persons = {
  object: 'contacts',
  record: (n: number) => ({ name: `Ann Lee ${n}`, email: `ann.${n}@example.com`, street: `Street ${n}` }),
  fields: { text: 'street' },
  bad: { values: { country: 'ZZ' }, category: 'invalid-value' },
};

const goods = {
  object: 'products',
  record: (n: number) => ({ name: `Thing ${n}`, code: `T${n}`, description: `a thing ${n}`, list_price: `${n}.5` }),
  fields: { text: 'description', number: 'list_price' },
  bad: { values: { name: null }, category: 'required-missing' },
};

const orders = {
  object: 'sales',
  record: (n: number) => ({ reference: `SO-${n}`, comment: `note ${n}` }),
  fields: { text: 'comment', date: 'sale_date' },
  bad: { values: { sale_date: '2026-02-30' }, category: 'invalid-value' },
};

/** The one server, with nobody and nothing in it. */
async function rigOn(server: TrytonServer, subject: Subject): Promise<Rig> {
  await emptyTryton(server.desk);
  const faults = faultyHttp(/model\.(party\.party|product\.template|sale\.sale)\.create/);
  return {
    ...subject,
    connector,
    settings: server.settings,
    secrets: server.secrets,
    http: faults.http,
    clock: systemClock,
    time: 'real',
    settle: async () => {},
    faults,
    errors,
    cannot: {
      merge: 'parties are merged by a wizard, which archives the other one and names its survivor to no list',
      throttle: 'Tryton limits only failed logins',
      webhooks: 'Tryton 6.0 has none',
      'old notices': 'Tryton has no notices',
      associations: 'a sale always has one party, which cannot be taken away; parties refer to nothing',
    },
    stop: async () => {},
  };
}

const error = (...error: unknown[]) => ({ id: 1, error });
const userError = (message: string) => error('UserError', [message, '', null]);

/** As trytond 6.0 answers them (trytond/protocols/jsonrpc.py): with status 200, but for what never reaches a model. */
const errors: DocumentedError[] = [
  { name: 'moved meanwhile', status: 200, body: error('ConcurrencyException', 'Records were modified'), kind: 'stale' },
  { name: 'user error', status: 200, body: userError('You cannot modify invoice "1".'), kind: 'invalid' },
  { name: 'warning', status: 200, body: error('UserWarning', ['name', 'Are you sure?', '']), kind: 'invalid' },
  { name: 'deleted', status: 200, body: userError('… "9" of "Party" that don\'t exist anymore.'), kind: 'missing' },
  { name: 'unique', status: 200, body: userError('The code on party must be unique.'), kind: 'duplicate' },
  { name: 'another factor', status: 200, body: error('LoginException', ['sms', 'Code', 'char']), kind: 'unauthorized' },
  { name: 'crash', status: 200, body: error("'nofield'", 'Traceback …'), kind: 'invalid' },
  { name: 'busy', status: 200, body: error('database is locked', ''), kind: 'throttled' },
  { name: 'session over', status: 401, body: '', kind: 'unauthorized' },
  { name: 'no such method', status: 403, body: '', kind: 'forbidden' },
  { name: 'no such database', status: 404, body: '', kind: 'missing' },
  { name: 'too many logins', status: 429, body: '', kind: 'throttled' },
  { name: 'breakdown', status: 500, body: '', kind: 'unavailable' },
];
