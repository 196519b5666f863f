import type { Meaning } from '../../model/field.ts';
import { contactsPart, pricePart, type SfObject } from './connector-object.ts';

const account = standard('Account', 'Accounts', 'company', {
  keys: ['Website', 'Name'],
  roles: {
    Name: 'company.name',
    Website: 'company.website',
    Phone: 'company.phone',
    Fax: 'company.fax',
    NumberOfEmployees: 'company.employees',
    AnnualRevenue: 'company.revenue',
    Description: 'company.description',
    ...address('Billing', 'company'),
    ParentId: 'company.parent',
    OwnerId: 'company.owner',
  },
});

const contact = standard('Contact', 'Contacts', 'person', {
  keys: ['Email'],
  roles: {
    ...person(),
    Birthdate: 'person.birthday',
    Department: 'person.department',
    ...address('Mailing', 'person'),
  },
  placeheld: ['LastName'],
});

const lead = standard('Lead', 'Leads', 'lead', {
  keys: ['Email'],
  roles: {
    ...person(),
    Company: 'person.company-name',
    Website: 'person.website',
    ...address('', 'person'),
  },
  placeheld: ['LastName', 'Company'],
});

const opportunity = standard('Opportunity', 'Opportunities', 'deal', {
  keys: ['Name'],
  roles: {
    Name: 'deal.name',
    Amount: 'deal.amount',
    CurrencyIsoCode: 'deal.currency',
    StageName: 'deal.stage',
    CloseDate: 'deal.close-date',
    Probability: 'deal.probability',
    Description: 'deal.description',
    LeadSource: 'deal.source',
    Type: 'deal.type',
    AccountId: 'deal.company',
    OwnerId: 'deal.owner',
  },
  associations: [
    {
      name: contactsPart.name,
      label: 'Contacts (contact roles)',
      to: 'Contact',
      many: 'many',
      writable: 'always',
      means: 'deal.contacts',
      kept: { by: 'part', part: contactsPart.name },
    },
  ],
  parts: [contactsPart],
});

const product = standard('Product2', 'Products', 'product', {
  keys: ['ProductCode', 'Name'],
  roles: {
    Name: 'product.name',
    ProductCode: 'product.sku',
    UnitPrice: 'product.price',
    CurrencyIsoCode: 'product.currency',
    Description: 'product.description',
    DisplayUrl: 'product.url',
    QuantityUnitOfMeasure: 'product.unit',
    IsActive: 'product.active',
  },
  usual: { IsActive: true },
  parts: [pricePart],
});

const order = standard('Order', 'Orders', 'order', {
  keys: ['OrderNumber', 'OrderReferenceNumber', 'Name'],
  roles: {
    Name: 'order.name',
    OrderReferenceNumber: 'order.number',
    Status: 'order.status',
    TotalAmount: 'order.amount',
    CurrencyIsoCode: 'order.currency',
    EffectiveDate: 'order.date',
    Description: 'order.note',
    AccountId: 'order.company',
    BillToContactId: 'order.contact',
    OpportunityId: 'order.deal',
    OwnerId: 'order.owner',
  },
  usual: { EffectiveDate: 'today', Status: 'Draft' },
});

const orderItem = standard('OrderItem', 'Order products', 'line-item', {
  roles: { ...lineRoles(), OrderId: 'line-item.order' },
  line: { parent: 'Order', field: 'OrderId' },
});

const lineItem = standard('OpportunityLineItem', 'Opportunity products', 'line-item', {
  roles: { ...lineRoles(), OpportunityId: 'line-item.deal' },
  line: { parent: 'Opportunity', field: 'OpportunityId' },
});

const task = activity('Task', 'Tasks', 'task', {
  Status: 'activity.status',
  Priority: 'activity.priority',
  ActivityDate: 'activity.due',
});

const event = activity('Event', 'Events', 'meeting', {
  StartDateTime: 'activity.start',
  EndDateTime: 'activity.end',
  Location: 'activity.location',
});

/** The object types of every org that this connector knows by name. */
export const standardObjects: SfObject[] = [
  account,
  contact,
  lead,
  opportunity,
  product,
  order,
  orderItem,
  lineItem,
  task,
  { ...event, fixed: ['ActivityDate', 'ActivityDateTime', 'DurationInMinutes'] },
];

/** A custom object: nothing is known of it but what `describe` says. */
export function customObject(name: string, label: string): SfObject {
  return { ...nothing(), name, label };
}

function nothing() {
  return { keys: [], roles: {}, usual: {}, placeheld: [], fixed: [], associations: [], parts: [] };
}

function standard(name: string, label: string, means: Meaning, parts: Partial<SfObject>): SfObject {
  return { ...nothing(), name, label, means, ...parts };
}

/** Tasks and events hang on one person, and on one account, deal or other record. */
function activity(name: string, label: string, means: Meaning, roles: Record<string, string>): SfObject {
  return standard(name, label, means, {
    keys: ['Subject'],
    roles: {
      Subject: 'activity.subject',
      Description: 'activity.body',
      ...roles,
      OwnerId: 'activity.owner',
      'WhoId/Contact': 'activity.contacts',
      'WhatId/Account': 'activity.companies',
      'WhatId/Opportunity': 'activity.deals',
    },
  });
}

function person(): Record<string, string> {
  return {
    Email: 'person.email',
    Name: 'person.name',
    FirstName: 'person.first-name',
    LastName: 'person.last-name',
    Salutation: 'person.prefix',
    Phone: 'person.phone',
    MobilePhone: 'person.mobile',
    Fax: 'person.fax',
    Title: 'person.job-title',
    Description: 'person.note',
    LeadSource: 'person.source',
    AccountId: 'person.company',
    ReportsToId: 'person.manager',
    OwnerId: 'person.owner',
  };
}

function lineRoles(): Record<string, string> {
  return {
    Description: 'line-item.name',
    Quantity: 'line-item.quantity',
    UnitPrice: 'line-item.price',
    TotalPrice: 'line-item.amount',
    Product2Id: 'line-item.product',
  };
}

function address(prefix: string, family: string): Record<string, string> {
  return {
    [`${prefix}Street`]: `${family}.street`,
    [`${prefix}City`]: `${family}.city`,
    [`${prefix}State`]: `${family}.state`,
    [`${prefix}PostalCode`]: `${family}.postal-code`,
    [`${prefix}Country`]: `${family}.country`,
  };
}
