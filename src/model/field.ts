/** What kind of value a field holds; conversion, equality and emptiness per type live in one place (model/types). */
export type FieldType =
  | 'text'
  | 'long-text'
  | 'number'
  | 'integer'
  | 'money'
  | 'boolean'
  | 'date'
  | 'datetime'
  | 'select'
  | 'multi-select'
  | 'email'
  | 'phone'
  | 'url'
  | 'country'
  | 'user'
  | 'reference'
  | 'list';

/** One choice of a select. `group` names the pipeline where the select is a stage. */
export interface Option {
  value: string;
  label: string;
  group?: string;
  /** What other apps call it, where that is something else ('Normal' is 'Medium'): default options pair by these too. */
  also?: string[];
}

/** A field of an object type, as its app describes it. */
export interface Field {
  /** The app's own key, unique in the object type. */
  name: string;
  /** What people call it. */
  label: string;
  type: FieldType;
  /** `always`, only when the record is made (`once`), or `never` (computed, or no permission). */
  writable: 'always' | 'once' | 'never';
  /** True where a new record must have a value. */
  required?: boolean;
  /** True where the app refuses two records with one value. */
  unique?: boolean;
  options?: Option[];
  /** The longest text the app takes, in characters. */
  maxLength?: number;
  /** Digits after the point that the app keeps, for number and money. */
  decimals?: number;
  /** A canonical role ('person.email', 'company.domain', 'deal.stage'), on which default mappings join. */
  means?: string;
  /** For a list: what its entries are. */
  of?: 'text' | 'email' | 'phone' | 'url';
}

/** A relation from one object type to another. A record carries it in its values under `name`, as a list of ids. */
export interface Association {
  /** Unique among the object type's associations and fields: both are keys of a record's values. */
  name: string;
  label: string;
  /** Another name that settings may give it ('company'), where that is also a field's. */
  alias?: string;
  /** The far object type's name, in the same account. */
  to: string;
  /** Whether a record may have more than one. */
  many: 'one' | 'many';
  writable: 'always' | 'once' | 'never';
  /** A canonical role ('person.company', 'deal.contacts'), on which default associations join. */
  means?: string;
  /** The app's label of this kind of relation ('primary'). */
  kind?: string;
  /** True where a new record must have one: it waits for its far record. */
  required?: boolean;
}

/** What an object type stands for, on which the default match rules and `require` rest. */
export type Meaning =
  | 'person'
  | 'lead'
  | 'company'
  | 'deal'
  | 'product'
  | 'line-item'
  | 'invoice'
  | 'order'
  | 'task'
  | 'call'
  | 'meeting'
  | 'note';

/** An object type as the engine, the page and the settings see it: a connector's object type without its functions. */
export interface Schema {
  app: string;
  object: string;
  label: string;
  means?: Meaning;
  fields: Field[];
  associations: Association[];
  /** Field names that identify a record to people and to match rules, best first. */
  keys: string[];
  /** What the app can do with records of this type. */
  can: { create: Can; update: Can; archive: Can; delete: Can };
}

/** A capability: present or not. */
export type Can = 'yes' | 'no';

/** A person who can own records in an app. */
export interface User {
  id: string;
  email?: string;
  name?: string;
}
