import {
  bool,
  choice,
  choices,
  day,
  longText,
  number,
  owner,
  type Property,
  phone,
  text,
  time,
} from './simulator-property.ts';

const readOnly = { readOnly: true } as const;
const computed = { readOnly: true, calculated: true, hidden: true } as const;

/** What every object type has, besides its time stamps. */
const recordProperties = [
  number('hs_object_id', 'Record ID', readOnly),
  text('hs_object_source', 'Record creation source', readOnly),
  text('hs_object_source_id', 'Record creation source ID', readOnly),
  text('hs_object_source_label', 'Record source', readOnly),
  number('hs_object_source_user_id', 'Record creation source user ID', readOnly),
  choices('hs_merged_object_ids', 'Merged record IDs', []),
  owner(),
].map((one) => (one.name === 'hs_merged_object_ids' ? withoutWriting(one) : one));

const leadStages = [
  'subscriber: Subscriber',
  'lead: Lead',
  'marketingqualifiedlead: Marketing Qualified Lead',
  'salesqualifiedlead: Sales Qualified Lead',
  'opportunity: Opportunity',
  'customer: Customer',
  'evangelist: Evangelist',
  'other: Other',
];

const contacts = [
  ...stamps('createdate', 'lastmodifieddate'),
  text('email', 'Email', { hasUniqueValue: true }),
  text('firstname', 'First Name'),
  text('lastname', 'Last Name'),
  text('salutation', 'Salutation'),
  phone('phone', 'Phone Number'),
  phone('mobilephone', 'Mobile Phone Number'),
  phone('fax', 'Fax Number'),
  text('company', 'Company Name'),
  text('jobtitle', 'Job Title'),
  text('website', 'Website URL'),
  ...address(),
  day('date_of_birth', 'Date of birth'),
  longText('message', 'Message'),
  choice('lifecyclestage', 'Lifecycle Stage', leadStages, { fieldType: 'radio' }),
  choice('hs_lead_status', 'Lead Status', [
    'NEW: New',
    'OPEN: Open',
    'IN_PROGRESS: In Progress',
    'OPEN_DEAL: Open Deal',
    'UNQUALIFIED: Unqualified',
    'ATTEMPTED_TO_CONTACT: Attempted to Contact',
    'CONNECTED: Connected',
    'BAD_TIMING: Bad Timing',
  ]),
  choice('hs_language', 'Preferred language', [
    'en: English',
    'de: German',
    'fr: French',
    'es: Spanish',
    'pt-br: Portuguese (Brazil)',
  ]),
  choices('hs_buying_role', 'Buying Role', [
    'DECISION_MAKER: Decision Maker',
    'BUDGET_HOLDER: Budget Holder',
    'CHAMPION: Champion',
    'END_USER: End User',
  ]),
  bool('hs_email_optout', 'Unsubscribed from all email'),
  text('hs_additional_emails', 'Additional email addresses', { fieldType: 'checkbox', ...readOnly }),
  number('associatedcompanyid', 'Primary Associated Company ID', { hidden: true, referencedObjectType: 'COMPANY' }),
  text('hs_email_domain', 'Email Domain', computed),
  text('hs_full_name_or_email', 'Full name or email', computed),
  text('hs_all_contact_vids', 'All vids for a contact', computed),
];

const companies = [
  ...stamps('createdate', 'hs_lastmodifieddate'),
  text('name', 'Company name'),
  text('domain', 'Company Domain Name'),
  text('website', 'Website URL'),
  phone('phone', 'Phone Number'),
  ...address(),
  text('address2', 'Street Address 2'),
  longText('description', 'Description'),
  choice('industry', 'Industry', [
    'COMPUTER_SOFTWARE: Computer Software',
    'CONSTRUCTION: Construction',
    'FOOD_PRODUCTION: Food Production',
    'LOGISTICS_AND_SUPPLY_CHAIN: Logistics and Supply Chain',
    'RETAIL: Retail',
  ]),
  number('numberofemployees', 'Number of Employees'),
  number('annualrevenue', 'Annual Revenue', { fieldType: 'number' }),
  choice('type', 'Type', [
    'PROSPECT: Prospect',
    'PARTNER: Partner',
    'RESELLER: Reseller',
    'VENDOR: Vendor',
    'OTHER: Other',
  ]),
  choice('lifecyclestage', 'Lifecycle Stage', leadStages, { fieldType: 'radio' }),
  number('founded_year', 'Year Founded'),
];

const currencies = choice('deal_currency_code', 'Currency', [
  'EUR: Euro',
  'USD: US Dollar',
  'GBP: British Pound',
  'CHF: Swiss Franc',
]);

const deals = [
  ...stamps('createdate', 'hs_lastmodifieddate'),
  text('dealname', 'Deal Name'),
  number('amount', 'Amount', { fieldType: 'number' }),
  currencies,
  choice('pipeline', 'Pipeline', [], { externalOptions: true }),
  choice('dealstage', 'Deal Stage', [], { externalOptions: true, fieldType: 'radio' }),
  time('closedate', 'Close Date'),
  choice('dealtype', 'Deal Type', ['newbusiness: New Business', 'existingbusiness: Existing Business'], {
    fieldType: 'radio',
  }),
  choice('hs_priority', 'Priority', ['low: Low', 'medium: Medium', 'high: High']),
  longText('description', 'Deal Description'),
  bool('hs_is_closed', 'Is Deal Closed?', computed),
];

const products = [
  ...stamps('createdate', 'hs_lastmodifieddate'),
  text('name', 'Name'),
  text('hs_sku', 'SKU'),
  longText('description', 'Product description'),
  number('price', 'Unit price'),
  number('hs_cost_of_goods_sold', 'Unit cost'),
  choice('hs_product_type', 'Product Type', [
    'inventory: Inventory',
    'non_inventory: Non-Inventory',
    'service: Service',
  ]),
  text('hs_url', 'URL'),
  choice(
    'recurringbillingfrequency',
    'Billing frequency',
    ['weekly: Weekly', 'monthly: Monthly', 'annually: Annually'],
    { fieldType: 'radio' },
  ),
];

const lineItems = [
  ...stamps('createdate', 'hs_lastmodifieddate'),
  text('name', 'Name'),
  text('hs_sku', 'SKU'),
  longText('description', 'Description'),
  number('quantity', 'Quantity'),
  number('price', 'Unit price'),
  number('discount', 'Unit discount'),
  number('hs_discount_percentage', 'Discount Percentage'),
  number('hs_product_id', 'Product ID'),
  number('amount', 'Net price', computed),
];

const invoices = [
  ...stamps('hs_createdate', 'hs_lastmodifieddate'),
  text('hs_number', 'Number'),
  choice('hs_currency', 'Currency', ['EUR', 'USD', 'GBP', 'CHF', 'JPY']),
  time('hs_invoice_date', 'Invoice date'),
  time('hs_due_date', 'Due date'),
  choice('hs_invoice_status', 'Invoice status', ['draft: Draft', 'open: Open', 'paid: Paid', 'voided: Voided']),
  text('hs_purchase_order_number', 'Purchase order number'),
  longText('hs_comments', 'Comments'),
  number('hs_amount_billed', 'Amount billed', readOnly),
  number('hs_balance_due', 'Balance due', readOnly),
];

const orders = [
  ...stamps('hs_createdate', 'hs_lastmodifieddate'),
  text('hs_order_name', 'Order name'),
  choice('hs_currency_code', 'Currency', ['EUR', 'USD', 'GBP', 'CHF']),
  number('hs_total_price', 'Total price'),
  text('hs_fulfillment_status', 'Fulfillment status'),
  text('hs_external_order_id', 'External order ID'),
  time('hs_external_created_date', 'External created date'),
  longText('hs_order_note', 'Order note'),
  choice('hs_pipeline', 'Pipeline', [], { externalOptions: true }),
  choice('hs_pipeline_stage', 'Pipeline stage', [], { externalOptions: true }),
  text('hs_shipping_tracking_number', 'Shipping tracking number'),
];

const tasks = activity([
  text('hs_task_subject', 'Task title'),
  longText('hs_task_body', 'Notes'),
  choice('hs_task_status', 'Task status', [
    'NOT_STARTED: Not started',
    'IN_PROGRESS: In progress',
    'WAITING: Waiting',
    'COMPLETED: Completed',
    'DEFERRED: Deferred',
  ]),
  choice('hs_task_priority', 'Priority', ['NONE: None', 'LOW: Low', 'MEDIUM: Medium', 'HIGH: High']),
  choice('hs_task_type', 'Task type', ['EMAIL: Email', 'CALL: Call', 'TODO: To-do']),
]);

const calls = activity([
  text('hs_call_title', 'Call title'),
  longText('hs_call_body', 'Call notes'),
  number('hs_call_duration', 'Call duration'),
  choice('hs_call_direction', 'Call direction', ['INBOUND: Inbound', 'OUTBOUND: Outbound']),
  choice('hs_call_status', 'Call status', ['BUSY', 'COMPLETED', 'FAILED', 'NO_ANSWER', 'QUEUED', 'RINGING']),
  phone('hs_call_from_number', 'From number'),
  phone('hs_call_to_number', 'To number'),
]);

const meetings = activity([
  text('hs_meeting_title', 'Meeting name'),
  longText('hs_meeting_body', 'Meeting description'),
  time('hs_meeting_start_time', 'Meeting start time'),
  time('hs_meeting_end_time', 'Meeting end time'),
  text('hs_meeting_location', 'Location'),
  choice('hs_meeting_outcome', 'Meeting outcome', [
    'SCHEDULED: Scheduled',
    'COMPLETED: Completed',
    'RESCHEDULED: Rescheduled',
    'NO_SHOW: No show',
    'CANCELED: Canceled',
  ]),
]);

const notes = activity([longText('hs_note_body', 'Note body')]);

/** The standard properties by object type. Never changed: an account copies a list before it adds to it. */
export const standardProperties: Record<string, Property[]> = {
  contacts,
  companies,
  deals,
  products,
  line_items: lineItems,
  invoices,
  orders,
  tasks,
  calls,
  meetings,
  notes,
};

/** What a custom object has before its own properties. */
export const customObjectProperties: Property[] = stamps('hs_createdate', 'hs_lastmodifieddate');

function stamps(created: string, modified: string): Property[] {
  return [time(created, 'Create Date', readOnly), time(modified, 'Last Modified Date', readOnly), ...recordProperties];
}

function address(): Property[] {
  return [
    text('address', 'Street Address'),
    text('city', 'City'),
    text('state', 'State/Region'),
    text('zip', 'Postal Code'),
    text('country', 'Country/Region'),
  ];
}

/** Calls, meetings, notes and tasks share their time and their owner. */
function activity(own: Property[]): Property[] {
  return [...stamps('hs_createdate', 'hs_lastmodifieddate'), time('hs_timestamp', 'Activity date'), ...own];
}

function withoutWriting(one: Property): Property {
  return { ...one, modificationMetadata: { ...one.modificationMetadata, readOnlyValue: true } };
}
