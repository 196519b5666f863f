import { must } from '../../src/lib/assert.ts';
import type { ServedSimulator } from '../../src/simulator/simulator.ts';
import { counts, type Sizes, stages } from './hubspot-salesforce-world.ts';

/** Ids of what was made, by kind. */
type Ids = Record<keyof Sizes, string[]>;

/** Fills HubSpot as people do, with associations of every kind. */
export function fillHubspot(hubspot: ServedSimulator, size: Sizes = counts.hubspot): void {
  const { admin } = hubspot;
  const make = (object: string, count: number, record: (n: number) => Record<string, string>) =>
    admin.edit(object, { create: numbers(count).map(record) }).created;
  const ids: Ids = {
    companies: make('companies', size.companies, (n) => ({
      name: `Firm ${n}`,
      domain: `firm${n}.example`,
      city: 'Ulm',
    })),
    contacts: make('contacts', size.contacts, (n) => ({
      email: `person${n}@example.com`,
      firstname: `First ${n}`,
      lastname: `Last ${n}`,
      jobtitle: 'Buyer',
    })),
    deals: make('deals', size.deals, (n) => ({
      dealname: `Deal ${n}`,
      amount: `${n}.5`,
      deal_currency_code: 'EUR',
      pipeline: 'default',
      dealstage: Object.keys(stages)[n % 7] as string,
      closedate: '2026-12-01T00:00:00.000Z',
    })),
    products: make('products', size.products, (n) => ({
      name: `Product ${n}`,
      hs_sku: `SKU-${n}`,
      price: `${n + 1}.25`,
    })),
    orders: make('orders', size.orders, (n) => ({
      hs_order_name: `Order ${n}`,
      hs_currency_code: 'USD',
      hs_total_price: '6',
    })),
    items: [],
    tasks: make('tasks', size.tasks, (n) => ({
      hs_task_subject: `Task ${n}`,
      hs_task_status: ['NOT_STARTED', 'WAITING', 'COMPLETED'][n % 3] as string,
      hs_task_priority: ['NONE', 'MEDIUM', 'HIGH'][n % 3] as string,
      hs_timestamp: '2026-12-05T00:00:00.000Z',
    })),
    meetings: make('meetings', size.meetings, (n) => ({
      hs_meeting_title: `Meeting ${n}`,
      hs_meeting_start_time: '2026-12-05T10:00:00.000Z',
      hs_meeting_end_time: '2026-12-05T11:00:00.000Z',
      hs_timestamp: '2026-12-05T10:00:00.000Z',
    })),
  };
  ids.items = make('line_items', size.items, (n) => ({
    name: `Item ${n}`,
    quantity: '1',
    price: '3',
    hs_product_id: must(ids.products[n % size.products]),
  }));
  relate(hubspot, ids);
}

function relate({ admin }: ServedSimulator, ids: Ids): void {
  const join = (object: string, from: string[], to: string, far: string[], label?: string) =>
    admin.edit(object, {
      associate: from.map((id, n) => ({
        id,
        to: { object: to, id: must(far[n % far.length]) },
        ...(label ? { label } : {}),
      })),
    });
  const half = (of: string[]) => Math.floor(of.length / 2);
  join('contacts', ids.contacts.slice(half(ids.contacts)), 'companies', ids.companies);
  join('deals', ids.deals, 'companies', ids.companies);
  join('deals', ids.deals, 'contacts', ids.contacts);
  join('deals', ids.deals.slice(half(ids.deals)), 'contacts', ids.contacts.toReversed());
  join('orders', ids.orders, 'companies', ids.companies);
  join('orders', ids.orders, 'contacts', ids.contacts);
  join('line_items', ids.items, 'orders', ids.orders);
  join('tasks', ids.tasks, 'contacts', ids.contacts);
  join('tasks', ids.tasks.slice(0, half(ids.tasks)), 'deals', ids.deals);
  join('tasks', ids.tasks.slice(half(ids.tasks)), 'companies', ids.companies);
  join('meetings', ids.meetings, 'contacts', ids.contacts);
}

/** Fills Salesforce as people do. */
export function fillSalesforce({ admin }: ServedSimulator, size: Sizes = counts.salesforce): void {
  const make: Make = (object, count, record) => admin.edit(object, { create: numbers(count).map(record) }).created;
  const book = must(admin.records('Pricebook2')[0]).id;
  const accounts = make('Account', size.companies, (n) => ({
    Name: `Account ${n}`,
    Website: `https://account${n}.example`,
  }));
  const contacts = make('Contact', size.contacts, (n) => ({
    Email: `sf${n}@example.com`,
    FirstName: `Sales ${n}`,
    LastName: `Force ${n}`,
    ...(n % 4 === 0 ? {} : { AccountId: accounts[n % accounts.length] }),
  }));
  const deals = make('Opportunity', size.deals, (n) => ({
    Name: `Opportunity ${n}`,
    Amount: n + 0.25,
    CurrencyIsoCode: 'EUR',
    StageName: Object.values(stages)[n % 7],
    CloseDate: '2026-11-30',
    AccountId: accounts[n % accounts.length],
  }));
  make('OpportunityContactRole', size.deals, (n) => ({ OpportunityId: deals[n], ContactId: contacts[n] }));
  const products = make('Product2', size.products, (n) => ({
    Name: `Thing ${n}`,
    ProductCode: `THING-${n}`,
    IsActive: true,
  }));
  const prices = make('PricebookEntry', size.products, (n) => ({
    Pricebook2Id: book,
    Product2Id: products[n],
    UnitPrice: n + 2.5,
    IsActive: true,
  }));
  sell(make, size, book, { accounts, contacts, prices });
  plan(make, size, { accounts, contacts, deals });
}

type Make = (object: string, count: number, record: (n: number) => Record<string, unknown>) => string[];

function sell(
  make: Make,
  size: Sizes,
  book: string,
  { accounts, contacts, prices }: Record<'accounts' | 'contacts' | 'prices', string[]>,
): void {
  const orders = make('Order', size.orders, (n) => ({
    Name: `Sale ${n}`,
    AccountId: accounts[n % accounts.length],
    BillToContactId: contacts[n],
    EffectiveDate: '2026-11-23',
    Pricebook2Id: book,
  }));
  make('OrderItem', size.items, (n) => ({
    OrderId: orders[n % orders.length],
    PricebookEntryId: prices[n % prices.length],
    Quantity: 2,
    UnitPrice: 4,
    Description: `Line ${n}`,
  }));
}

function plan(
  make: Make,
  size: Sizes,
  { accounts, contacts, deals }: Record<'accounts' | 'contacts' | 'deals', string[]>,
): void {
  make('Task', size.tasks, (n) => ({
    Subject: `To do ${n}`,
    Status: ['Not Started', 'In Progress', 'Deferred'][n % 3],
    Priority: ['High', 'Normal', 'Low'][n % 3],
    ActivityDate: '2026-12-06',
    WhoId: contacts[n],
    WhatId: n % 2 === 0 ? deals[n % deals.length] : accounts[n % accounts.length],
  }));
  make('Event', size.meetings, (n) => ({
    Subject: `Appointment ${n}`,
    StartDateTime: '2026-12-07T08:00:00Z',
    DurationInMinutes: 30,
    WhoId: contacts[n],
  }));
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, n) => n);
}
