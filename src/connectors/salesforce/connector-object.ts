import type { Association, Field, Meaning } from '../../model/field.ts';
import type { Describe, DescribedField } from './connector-describe.ts';

/** One of Salesforce's object types, as this connector knows it. */
export interface SfObject {
  /** Its API name, the key in files: 'Contact', 'Project__c'. */
  name: string;
  label: string;
  means?: Meaning;
  keys: string[];
  /** Roles of fields, and of lookups by the field that holds them. */
  roles: Record<string, string>;
  /** Values that Salesforce demands of a new record and that others need not know; 'today' is the day it is made. */
  usual: Record<string, unknown>;
  /** Fields that hold `[not provided]` instead of nothing, as Salesforce itself fills them. */
  placeheld: string[];
  /** Fields that are worked out of others, though `describe` does not say so. */
  fixed: string[];
  associations: SfAssociation[];
  /** Values that other records hold for this one: its price, its contacts. */
  parts: Part[];
  /** The record whose products this one is one of. */
  line?: { parent: 'Order' | 'Opportunity'; field: string };
}

/** An object type with what the org says of it. */
export interface Described extends SfObject {
  describe: Describe;
  fields: Field[];
  /** By name. */
  known: Map<string, Field>;
  described: Map<string, DescribedField>;
  /** The field by which a create that is sent again finds the record it made: external id, unique. */
  marker?: string;
}

/** An association, and how Salesforce keeps it. */
export interface SfAssociation extends Association {
  kept: /** In a lookup. `among`: what the ids of the far object begin with, where the lookup takes several kinds. */
    | { by: 'lookup'; field: string; among?: string }
    /** In records of their own. */
    | { by: 'part'; part: string };
}

/** Values of a record that other records hold. Their changes do not move the record's own stamp. */
export interface Part {
  /** The association or field that it fills. */
  name: string;
  /** The object type of the other records, and their lookup to this one. */
  object: string;
  parent: string;
  /** Fields of them that are read. */
  fields: string[];
}

/** The one that the list price of a product is. */
export const pricePart: Part = {
  name: 'UnitPrice',
  object: 'PricebookEntry',
  parent: 'Product2Id',
  fields: ['UnitPrice', 'IsActive'],
};

/** The one that the contacts of a deal are. */
export const contactsPart: Part = {
  name: 'Contacts',
  object: 'OpportunityContactRole',
  parent: 'OpportunityId',
  fields: ['ContactId'],
};
