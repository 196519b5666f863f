import type { Meaning } from '../../model/field.ts';
import { type CrmObject, plain, primaryCompany } from './connector-object.ts';

const owner = 'hubspot_owner_id';

const contacts = standard('contacts', 'Contacts', '0-1', 'person', {
  modified: 'lastmodifieddate',
  keys: ['email'],
  roles: {
    email: 'person.email',
    firstname: 'person.first-name',
    lastname: 'person.last-name',
    salutation: 'person.prefix',
    phone: 'person.phone',
    mobilephone: 'person.mobile',
    fax: 'person.fax',
    jobtitle: 'person.job-title',
    company: 'person.company-name',
    website: 'person.website',
    date_of_birth: 'person.birthday',
    address: 'person.street',
    city: 'person.city',
    state: 'person.state',
    zip: 'person.postal-code',
    country: 'person.country',
    hs_language: 'person.language',
    lifecyclestage: 'person.stage',
    hs_lead_status: 'person.status',
    [owner]: 'person.owner',
  },
  associations: [primaryCompany('contact', 'person.company'), plain('companies', 'Companies'), plain('deals', 'Deals')],
});

const companies = standard('companies', 'Companies', '0-2', 'company', {
  keys: ['domain', 'name'],
  roles: {
    name: 'company.name',
    domain: 'company.domain',
    website: 'company.website',
    phone: 'company.phone',
    industry: 'company.industry',
    numberofemployees: 'company.employees',
    annualrevenue: 'company.revenue',
    description: 'company.description',
    address: 'company.street',
    address2: 'company.street2',
    city: 'company.city',
    state: 'company.state',
    zip: 'company.postal-code',
    country: 'company.country',
    lifecyclestage: 'company.stage',
    type: 'company.type',
    [owner]: 'company.owner',
  },
  associations: [plain('contacts', 'Contacts'), plain('deals', 'Deals')],
});

const deals = standard('deals', 'Deals', '0-3', 'deal', {
  keys: ['dealname'],
  roles: {
    dealname: 'deal.name',
    amount: 'deal.amount',
    deal_currency_code: 'deal.currency',
    dealstage: 'deal.stage',
    pipeline: 'deal.pipeline',
    closedate: 'deal.close-date',
    hs_deal_stage_probability: 'deal.probability',
    description: 'deal.description',
    dealtype: 'deal.type',
    [owner]: 'deal.owner',
  },
  pipeline: { pipeline: 'pipeline', stage: 'dealstage' },
  associations: [
    primaryCompany('deal', 'deal.company'),
    plain('companies', 'Companies'),
    plain('contacts', 'Contacts', 'deal.contacts'),
    plain('line_items', 'Line items', 'deal.line-items'),
  ],
});

const products = standard('products', 'Products', '0-7', 'product', {
  keys: ['hs_sku', 'name'],
  required: ['name'],
  roles: {
    name: 'product.name',
    hs_sku: 'product.sku',
    price: 'product.price',
    hs_cost_of_goods_sold: 'product.cost',
    description: 'product.description',
    hs_url: 'product.url',
    hs_product_type: 'product.category',
  },
});

const lineItems = standard('line_items', 'Line items', '0-8', 'line-item', {
  roles: {
    name: 'line-item.name',
    hs_sku: 'line-item.sku',
    quantity: 'line-item.quantity',
    price: 'line-item.price',
    discount: 'line-item.discount',
    amount: 'line-item.amount',
    hs_line_item_currency_code: 'line-item.currency',
  },
  associations: [
    {
      name: 'product',
      label: 'Product',
      to: 'products',
      many: 'one',
      writable: 'once',
      means: 'line-item.product',
      far: 'products',
      kept: { by: 'property', property: 'hs_product_id' },
    },
    plain('deals', 'Deal', 'line-item.deal'),
    plain('invoices', 'Invoice', 'line-item.invoice'),
    plain('orders', 'Order', 'line-item.order'),
  ],
});

const invoices = standard('invoices', 'Invoices', '0-53', 'invoice', {
  keys: ['hs_number'],
  roles: {
    hs_number: 'invoice.number',
    hs_title: 'invoice.title',
    hs_invoice_status: 'invoice.status',
    hs_amount_billed: 'invoice.amount',
    hs_amount_paid: 'invoice.amount-paid',
    hs_balance_due: 'invoice.amount-due',
    hs_currency: 'invoice.currency',
    hs_invoice_date: 'invoice.date',
    hs_due_date: 'invoice.due-date',
    hs_payment_date: 'invoice.paid-date',
    hs_comments: 'invoice.note',
    [owner]: 'invoice.owner',
  },
  associations: documentAssociations('invoice'),
});

const orders = standard('orders', 'Orders', '0-123', 'order', {
  keys: ['hs_external_order_id', 'hs_order_name'],
  roles: {
    hs_external_order_id: 'order.number',
    hs_order_name: 'order.name',
    hs_fulfillment_status: 'order.status',
    hs_pipeline_stage: 'order.stage',
    hs_pipeline: 'order.pipeline',
    hs_total_price: 'order.amount',
    hs_currency_code: 'order.currency',
    hs_external_created_date: 'order.date',
    hs_order_note: 'order.note',
    [owner]: 'order.owner',
  },
  pipeline: { pipeline: 'hs_pipeline', stage: 'hs_pipeline_stage' },
  associations: documentAssociations('order'),
});

/** What an activity must have. */
const moments = ['activity.due', 'activity.time', 'activity.start'];

const tasks = activity('tasks', 'Tasks', '0-27', 'task', {
  hs_task_subject: 'activity.subject',
  hs_task_body: 'activity.body',
  hs_task_type: 'activity.type',
  hs_task_status: 'activity.status',
  hs_task_priority: 'activity.priority',
  hs_timestamp: 'activity.due',
});

const calls = activity('calls', 'Calls', '0-48', 'call', {
  hs_call_title: 'activity.subject',
  hs_call_body: 'activity.body',
  hs_call_status: 'activity.status',
  hs_call_direction: 'activity.direction',
  hs_call_disposition: 'activity.outcome',
  hs_call_duration: 'activity.duration',
  hs_timestamp: 'activity.time',
});

/** A meeting without a time gets that of its start, so the start is what it needs. */
const meetings = activity('meetings', 'Meetings', '0-47', 'meeting', {
  hs_meeting_title: 'activity.subject',
  hs_meeting_body: 'activity.body',
  hs_meeting_start_time: 'activity.start',
  hs_meeting_end_time: 'activity.end',
  hs_meeting_location: 'activity.location',
  hs_meeting_outcome: 'activity.outcome',
});

const notes = activity('notes', 'Notes', '0-46', 'note', {
  hs_note_body: 'activity.body',
  hs_timestamp: 'activity.time',
});

/** Every object type that each account has. */
export const standardObjects: CrmObject[] = [
  contacts,
  companies,
  deals,
  products,
  lineItems,
  invoices,
  orders,
  tasks,
  calls,
  meetings,
  notes,
];

type Parts = Partial<Omit<CrmObject, 'name' | 'label' | 'path' | 'typeId' | 'means'>>;

function standard(name: string, label: string, typeId: string, means: Meaning, parts: Parts): CrmObject {
  const usual = { modified: 'hs_lastmodifieddate', keys: [], required: [], roles: {}, associations: [] } as const;
  return { ...usual, name, label, path: name, typeId, means, keys: [], required: [], associations: [], ...parts };
}

/** Tasks, calls, meetings and notes: all need their moment, and hang on people, companies and deals. */
function activity(
  name: string,
  label: string,
  typeId: string,
  means: Meaning,
  roles: Record<string, string>,
): CrmObject {
  return standard(name, label, typeId, means, {
    keys: Object.keys(roles).filter((property) => roles[property] === 'activity.subject'),
    required: Object.keys(roles).filter((property) => moments.includes(roles[property] ?? '')),
    roles: { ...roles, [owner]: 'activity.owner' },
    associations: [
      plain('contacts', 'Contacts', 'activity.contacts'),
      plain('companies', 'Companies', 'activity.companies'),
      plain('deals', 'Deals', 'activity.deals'),
    ],
  });
}

function documentAssociations(document: 'invoice' | 'order') {
  return [
    plain('contacts', 'Contacts', `${document}.contact`),
    plain('companies', 'Companies', `${document}.company`),
    plain('deals', 'Deals', `${document}.deal`),
    plain('line_items', 'Line items', `${document}.line-items`),
  ];
}
