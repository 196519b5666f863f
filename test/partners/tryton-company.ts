import { asDate, asDecimal, openDesk, type TrytonDesk } from './tryton-desk.ts';

/** The years in which invoices can be posted. */
const firstYear = 2020;
const lastYear = 2035;

const countries = ['DE Germany', 'AT Austria', 'CH Switzerland', 'US United States', 'GB United Kingdom', 'FR France'];

if (import.meta.main) await setUpCompany(await openDesk(process.argv[2] ?? ''));

/** What Tryton asks for before the first sale: a company, its accounts, years to book in, countries, a kind of goods. */
async function setUpCompany(desk: TrytonDesk): Promise<void> {
  const made = countries.map((text) => ({ code: text.slice(0, 2), name: text.slice(3) }));
  await desk.call('country.country', 'create', made);
  const rates = [['create', [{ date: asDate('2020-01-01'), rate: asDecimal('1') }]]];
  const euro = { name: 'Euro', code: 'EUR', symbol: '€', rounding: asDecimal('0.01'), digits: 2, rates };
  const dollar = { ...euro, name: 'US Dollar', code: 'USD', symbol: '$' };
  const [currency] = await desk.call<number[]>('currency.currency', 'create', [euro, dollar]);
  const [party] = await desk.call<number[]>('party.party', 'create', [{ name: 'Our Own Company' }]);
  const [company] = await desk.call<number[]>('company.company', 'create', [{ party, currency }]);
  const [admin] = await desk.call<number[]>('res.user', 'search', [['login', '=', 'admin']], 0, 1, null);
  await desk.call('res.user', 'write', [admin], { companies: [['add', [company]]], company });
  desk.context.company = company;
  await makeAccounts(desk, company);
  await makeYears(desk, company);
  const [revenue, expense] = [await account(desk, 'revenue'), await account(desk, 'expense')];
  const goods = { name: 'Goods', accounting: true, account_revenue: revenue, account_expense: expense };
  await desk.call('product.category', 'create', [goods]);
}

/** The chart of accounts, by the wizard that a person clicks through. */
async function makeAccounts(desk: TrytonDesk, company: number | undefined): Promise<void> {
  const wizard = 'wizard.account.create_chart';
  const [session] = await desk.raw<[number]>(`${wizard}.create`, desk.context);
  const top = [['parent', '=', null]];
  const [template] = await desk.call<number[]>('account.account.template', 'search', top, 0, 1, null);
  const chosen = { account: { company, account_template: template } };
  await desk.raw(`${wizard}.execute`, session, chosen, 'create_account', desk.context);
  const properties = {
    company,
    account_receivable: await account(desk, 'receivable'),
    account_payable: await account(desk, 'payable'),
    category_account_revenue: await account(desk, 'revenue'),
    category_account_expense: await account(desk, 'expense'),
  };
  await desk.raw(`${wizard}.execute`, session, { properties }, 'create_properties', desk.context);
  await desk.raw(`${wizard}.delete`, session, desk.context);
}

async function makeYears(desk: TrytonDesk, company: number | undefined): Promise<void> {
  const typeOf = async (name: string) =>
    (await desk.call<number[]>('ir.sequence.type', 'search', [['name', '=', name]], 0, 1, null))[0];
  const of = {
    in_invoice_sequence: 0,
    in_credit_note_sequence: 0,
    out_invoice_sequence: 0,
    out_credit_note_sequence: 0,
  };
  for (let year = firstYear; year <= lastYear; year++) {
    const moves = { name: `Moves ${year}`, sequence_type: await typeOf('Account Move'), company };
    const [move] = await desk.call<number[]>('ir.sequence', 'create', [moves]);
    const numbers = { name: `Invoices ${year}`, sequence_type: await typeOf('Invoice'), company, prefix: `${year}-` };
    const [number] = await desk.call<number[]>('ir.sequence.strict', 'create', [numbers]);
    const sequences = { company, ...Object.fromEntries(Object.keys(of).map((name) => [name, number])) };
    const fiscal = {
      name: String(year),
      company,
      start_date: asDate(`${year}-01-01`),
      end_date: asDate(`${year}-12-31`),
      post_move_sequence: move,
      invoice_sequences: [['create', [sequences]]],
    };
    const [made] = await desk.call<number[]>('account.fiscalyear', 'create', [fiscal]);
    await desk.call('account.fiscalyear', 'create_period', [made]);
  }
}

async function account(desk: TrytonDesk, kind: string): Promise<number | undefined> {
  const domain = [[`type.${kind}`, '=', true]];
  return (await desk.call<number[]>('account.account', 'search', domain, 0, 1, null))[0];
}
