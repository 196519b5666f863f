import { activityObjects } from './simulator-activity-objects.ts';
import {
  address,
  bool,
  moment,
  number,
  phone,
  pick,
  readOnly,
  reference,
  required,
  type SimField,
  text,
  url,
} from './simulator-field.ts';
import { autoName, description, type ObjectFacts, owner, sources, standard } from './simulator-object-facts.ts';
import { salesObjects } from './simulator-sales-objects.ts';

/** The stages of a lead; a converted one has the third. */
export const leadStatuses = [
  'Open - Not Contacted*',
  'Working - Contacted',
  'Closed - Converted',
  'Closed - Not Converted',
];

const currencies = ['USD', 'EUR', 'GBP', 'CHF'];

/** The currencies that people may use in an org with several. */
export function currencyField(corporate: string): SimField {
  const options = currencies.map((code) => (code === corporate ? `${code}*` : code));
  return pick('CurrencyIsoCode', 'Currency ISO Code', options, { length: 3, restricted: true });
}

/** Object types whose records have a currency of their own in an org with several. */
export const withCurrency = [
  'Account',
  'Contact',
  'Lead',
  'Opportunity',
  'Product2',
  'PricebookEntry',
  'Order',
  'OrderItem',
  'OpportunityLineItem',
];

const industries = ['Agriculture', 'Construction', 'Electronics', 'Food & Beverage', 'Retail', 'Technology', 'Other'];
const salutations = ['Mr.', 'Ms.', 'Mrs.', 'Dr.', 'Prof.'];

const account = standard('Account', 'Accounts', '001', [
  text('Name', 'Account Name', 255, { ...required, nameField: true }),
  pick('Type', 'Account Type', ['Prospect', 'Customer - Direct', 'Customer - Channel', 'Technology Partner', 'Other']),
  reference('ParentId', 'Parent Account ID', ['Account']),
  ...address('Billing', 'Billing'),
  ...address('Shipping', 'Shipping'),
  phone('Phone', 'Account Phone'),
  phone('Fax', 'Account Fax'),
  text('AccountNumber', 'Account Number', 40),
  url('Website', 'Website'),
  pick('Industry', 'Industry', industries),
  number('AnnualRevenue', 'Annual Revenue', 'currency', { scale: 0 }),
  number('NumberOfEmployees', 'Employees', 'int'),
  description,
  owner,
]);

const contact = standard('Contact', 'Contacts', '003', [
  reference('AccountId', 'Account ID', ['Account']),
  ...names(),
  ...address('Mailing', 'Mailing'),
  ...address('Other', 'Other'),
  phone('Phone', 'Business Phone'),
  phone('Fax', 'Business Fax'),
  phone('MobilePhone', 'Mobile Phone'),
  phone('HomePhone', 'Home Phone'),
  reference('ReportsToId', 'Reports To ID', ['Contact']),
  email(),
  text('Title', 'Title', 128),
  text('Department', 'Department', 80),
  pick('LeadSource', 'Lead Source', sources),
  moment('Birthdate', 'Birthdate', 'date'),
  description,
  bool('HasOptedOutOfEmail', 'Email Opt Out'),
  bool('DoNotCall', 'Do Not Call'),
  owner,
]);

const lead = standard('Lead', 'Leads', '00Q', [
  ...names(),
  text('Title', 'Title', 128),
  text('Company', 'Company', 255, required),
  ...address('', ''),
  phone('Phone', 'Phone'),
  phone('MobilePhone', 'Mobile Phone'),
  phone('Fax', 'Fax'),
  email(),
  url('Website', 'Website'),
  description,
  pick('LeadSource', 'Lead Source', sources),
  pick('Status', 'Status', leadStatuses, required),
  pick('Industry', 'Industry', industries),
  pick('Rating', 'Rating', ['Hot', 'Warm', 'Cold']),
  number('AnnualRevenue', 'Annual Revenue', 'currency', { scale: 0 }),
  number('NumberOfEmployees', 'Employees', 'int'),
  { ...owner, referenceTo: ['Group', 'User'] },
  bool('IsConverted', 'Converted', readOnly),
  moment('ConvertedDate', 'Converted Date', 'date', readOnly),
  reference('ConvertedAccountId', 'Converted Account ID', ['Account'], readOnly),
  reference('ConvertedContactId', 'Converted Contact ID', ['Contact'], readOnly),
  reference('ConvertedOpportunityId', 'Converted Opportunity ID', ['Opportunity'], readOnly),
]);

const user = standard('User', 'Users', '005', [
  text('Username', 'Username', 80, required),
  text('LastName', 'Last Name', 80, required),
  text('FirstName', 'First Name', 40),
  text('Name', 'Full Name', 121, autoName),
  email({ nillable: false }),
  bool('IsActive', 'Active'),
  pick('UserType', 'User Type', ['Standard*', 'AutomatedProcess'], readOnly),
]);

const organization = standard('Organization', 'Organizations', '00D', [
  text('Name', 'Name', 80, { nameField: true }),
  text('InstanceName', 'Instance Name', 5, readOnly),
  bool('IsSandbox', 'Is Sandbox', readOnly),
  text('OrganizationType', 'Edition', 40, readOnly),
]);

const leadStatus = standard('LeadStatus', 'Lead Status Values', '01J', [
  text('MasterLabel', 'Master Label', 255, readOnly),
  text('ApiName', 'API Name', 255, readOnly),
  bool('IsConverted', 'Converted', readOnly),
  bool('IsDefault', 'Default', readOnly),
]);

/** The object types of every org. */
export const standardObjects: ObjectFacts[] = [
  { ...account, mergeable: true },
  { ...contact, mergeable: true },
  { ...lead, mergeable: true },
  ...salesObjects,
  ...activityObjects,
  user,
  organization,
  leadStatus,
].map((one) => (one.mergeable ? { ...one, fields: [...one.fields, masterRecord(one.name)] } : one));

function names(): SimField[] {
  return [
    pick('Salutation', 'Salutation', salutations),
    text('FirstName', 'First Name', 40),
    text('LastName', 'Last Name', 80, required),
    text('Name', 'Full Name', 121, { ...autoName, compound: null }),
  ];
}

function email(parts: Partial<SimField> = {}): SimField {
  return text('Email', 'Email', 80, { type: 'email', ...parts });
}

function masterRecord(object: string): SimField {
  return reference('MasterRecordId', 'Master Record ID', [object], readOnly);
}
