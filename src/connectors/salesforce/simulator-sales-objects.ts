import {
  address,
  area,
  bool,
  moment,
  number,
  onceOnly,
  pick,
  readOnly,
  reference,
  required,
  text,
  url,
} from './simulator-field.ts';
import { autoName, description, type ObjectFacts, owner, sources, standard } from './simulator-object-facts.ts';

/** Which stages a fresh org has, with the share of success and what they count as. */
export const stages: Record<string, { probability: number; closed: boolean; won: boolean; forecast: string }> = {
  Prospecting: open(10, 'Pipeline'),
  Qualification: open(10, 'Pipeline'),
  'Needs Analysis': open(20, 'Pipeline'),
  'Value Proposition': open(50, 'Pipeline'),
  'Id. Decision Makers': open(60, 'Pipeline'),
  'Perception Analysis': open(70, 'Pipeline'),
  'Proposal/Price Quote': open(75, 'Pipeline'),
  'Negotiation/Review': open(90, 'Pipeline'),
  'Closed Won': { probability: 100, closed: true, won: true, forecast: 'Closed' },
  'Closed Lost': { probability: 0, closed: true, won: false, forecast: 'Omitted' },
};

const opportunity = standard('Opportunity', 'Opportunities', '006', [
  reference('AccountId', 'Account ID', ['Account']),
  text('Name', 'Name', 120, { ...required, nameField: true }),
  description,
  pick('StageName', 'Stage', Object.keys(stages), required),
  number('Amount', 'Amount', 'currency'),
  number('Probability', 'Probability (%)', 'percent', { precision: 3, scale: 0 }),
  moment('CloseDate', 'Close Date', 'date', required),
  pick('Type', 'Opportunity Type', ['Existing Business', 'New Business']),
  text('NextStep', 'Next Step', 255),
  pick('LeadSource', 'Lead Source', sources),
  bool('IsClosed', 'Closed', readOnly),
  bool('IsWon', 'Won', readOnly),
  pick('ForecastCategory', 'Forecast Category', ['Pipeline', 'Closed', 'Omitted'], { ...readOnly, nillable: false }),
  bool('HasOpportunityLineItem', 'Has Line Item', readOnly),
  reference('Pricebook2Id', 'Price Book ID', ['Pricebook2']),
  owner,
]);

const product = standard('Product2', 'Products', '01t', [
  text('Name', 'Product Name', 255, { ...required, nameField: true }),
  text('ProductCode', 'Product Code', 255),
  area('Description', 'Product Description', 4000),
  bool('IsActive', 'Active'),
  pick('Family', 'Product Family', ['None', 'Hardware', 'Service']),
  url('DisplayUrl', 'Display URL', { length: 1000 }),
  pick('QuantityUnitOfMeasure', 'Quantity Unit Of Measure', ['Each', 'Hour', 'Kg']),
  text('StockKeepingUnit', 'Product SKU', 180),
  bool('IsArchived', 'Archived', readOnly),
]);

const pricebook = standard('Pricebook2', 'Price Books', '01s', [
  text('Name', 'Price Book Name', 255, { ...required, nameField: true }),
  bool('IsActive', 'Active'),
  bool('IsStandard', 'Is Standard Price Book', readOnly),
  area('Description', 'Description', 255),
]);

const pricebookEntry = standard('PricebookEntry', 'Price Book Entries', '01u', [
  text('Name', 'Product Name', 255, { ...readOnly, nameField: true }),
  reference('Pricebook2Id', 'Price Book ID', ['Pricebook2'], { ...required, ...onceOnly }),
  reference('Product2Id', 'Product ID', ['Product2'], { ...required, ...onceOnly }),
  number('UnitPrice', 'List Price', 'currency', required),
  bool('IsActive', 'Active'),
  bool('UseStandardPrice', 'Use Standard Price'),
  text('ProductCode', 'Product Code', 255, readOnly),
]);

const order = standard('Order', 'Orders', '801', [
  owner,
  reference('AccountId', 'Account ID', ['Account'], required),
  reference('OpportunityId', 'Opportunity ID', ['Opportunity']),
  reference('Pricebook2Id', 'Price Book ID', ['Pricebook2']),
  reference('BillToContactId', 'Bill To Contact ID', ['Contact']),
  moment('EffectiveDate', 'Order Start Date', 'date', required),
  moment('EndDate', 'Order End Date', 'date'),
  pick('Status', 'Status', ['Draft*', 'Activated'], { ...required, restricted: true }),
  pick('StatusCode', 'Status Category', ['Draft', 'Activated'], { ...readOnly, nillable: false }),
  pick('Type', 'Order Type', []),
  description,
  text('Name', 'Order Name', 80),
  text('OrderReferenceNumber', 'Order Reference Number', 80),
  text('PoNumber', 'PO Number', 80),
  ...address('Billing', 'Billing'),
  ...address('Shipping', 'Shipping'),
  text('OrderNumber', 'Order Number', 30, autoName),
  number('TotalAmount', 'Order Amount', 'currency', { ...readOnly, nillable: false }),
]);

const orderItem = standard('OrderItem', 'Order Products', '802', [
  reference('Product2Id', 'Product ID', ['Product2'], onceOnly),
  reference('OrderId', 'Order ID', ['Order'], { ...required, ...onceOnly }),
  reference('PricebookEntryId', 'Price Book Entry ID', ['PricebookEntry'], { ...required, ...onceOnly }),
  number('Quantity', 'Quantity', 'double', required),
  number('UnitPrice', 'Unit Price', 'currency'),
  number('ListPrice', 'List Price', 'currency', readOnly),
  number('TotalPrice', 'Total Price', 'currency', readOnly),
  moment('ServiceDate', 'Start Date', 'date'),
  moment('EndDate', 'End Date', 'date'),
  text('Description', 'Line Description', 255),
  text('OrderItemNumber', 'Order Product Number', 30, autoName),
]);

const lineItem = standard('OpportunityLineItem', 'Opportunity Products', '00k', [
  reference('OpportunityId', 'Opportunity ID', ['Opportunity'], { ...required, ...onceOnly }),
  reference('PricebookEntryId', 'Price Book Entry ID', ['PricebookEntry'], onceOnly),
  reference('Product2Id', 'Product ID', ['Product2'], onceOnly),
  text('ProductCode', 'Product Code', 255, readOnly),
  text('Name', 'Opportunity Product Name', 376, { ...readOnly, nameField: true }),
  number('Quantity', 'Quantity', 'double', required),
  number('UnitPrice', 'Sales Price', 'currency'),
  number('ListPrice', 'List Price', 'currency', readOnly),
  number('TotalPrice', 'Total Price', 'currency', readOnly),
  moment('ServiceDate', 'Date', 'date'),
  text('Description', 'Line Description', 255),
]);

const contactRole = standard('OpportunityContactRole', 'Opportunity Contact Roles', '00K', [
  reference('OpportunityId', 'Opportunity ID', ['Opportunity'], { ...required, ...onceOnly }),
  reference('ContactId', 'Contact ID', ['Contact'], required),
  pick('Role', 'Role', ['Business User', 'Decision Maker', 'Evaluator', 'Influencer', 'Other']),
  bool('IsPrimary', 'Primary'),
]);

/** Deals, products with their prices, and orders. */
export const salesObjects: ObjectFacts[] = [
  opportunity,
  product,
  pricebook,
  pricebookEntry,
  order,
  orderItem,
  lineItem,
  contactRole,
];

function open(probability: number, forecast: string) {
  return { probability, closed: false, won: false, forecast };
}
