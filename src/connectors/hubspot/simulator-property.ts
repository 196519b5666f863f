/** A property as `/crm/v3/properties` shows it. */
export interface Property {
  name: string;
  label: string;
  type: 'string' | 'number' | 'date' | 'datetime' | 'enumeration' | 'bool' | 'phone_number' | 'object_coordinates';
  fieldType: string;
  description: string;
  groupName: string;
  options: PropertyOption[];
  displayOrder: number;
  calculated: boolean;
  externalOptions: boolean;
  hasUniqueValue: boolean;
  hidden: boolean;
  hubspotDefined: boolean;
  modificationMetadata: {
    archivable: boolean;
    readOnlyDefinition: boolean;
    readOnlyValue: boolean;
    readOnlyOptions?: boolean;
  };
  formField: boolean;
  referencedObjectType?: string;
  createdAt?: string;
  updatedAt?: string;
  archived?: boolean;
}

/** One choice of an enumeration. */
export interface PropertyOption {
  label: string;
  value: string;
  displayOrder: number;
  hidden: boolean;
  description?: string;
}

type Parts = Partial<Property> & { readOnly?: true };

/** A property of any type; a standard one of HubSpot's unless `parts` say otherwise. */
export function property(name: string, label: string, parts: Parts = {}): Property {
  const { readOnly, ...others } = parts;
  const type = others.type ?? 'string';
  return {
    name,
    label,
    type,
    fieldType: usualFieldTypes[type],
    description: '',
    groupName: 'information',
    options: [],
    displayOrder: -1,
    calculated: false,
    externalOptions: false,
    hasUniqueValue: false,
    hidden: false,
    hubspotDefined: true,
    modificationMetadata: { archivable: true, readOnlyDefinition: true, readOnlyValue: readOnly ?? false },
    formField: !readOnly,
    ...others,
  };
}

/** Text on one line. */
export function text(name: string, label: string, parts: Parts = {}): Property {
  return property(name, label, parts);
}

/** Text on many lines. */
export function longText(name: string, label: string, parts: Parts = {}): Property {
  return property(name, label, { fieldType: 'textarea', ...parts });
}

/** A phone number: a plain string to the API. */
export function phone(name: string, label: string): Property {
  return property(name, label, { fieldType: 'phonenumber' });
}

/** A number, written as text. */
export function number(name: string, label: string, parts: Parts = {}): Property {
  return property(name, label, { type: 'number', ...parts });
}

/** A day: `2026-11-23`. */
export function day(name: string, label: string, parts: Parts = {}): Property {
  return property(name, label, { type: 'date', ...parts });
}

/** A point in time. */
export function time(name: string, label: string, parts: Parts = {}): Property {
  return property(name, label, { type: 'datetime', ...parts });
}

/** Yes or no. */
export function bool(name: string, label: string, parts: Parts = {}): Property {
  return property(name, label, { type: 'bool', options: optionsOf(['true: Yes', 'false: No']), ...parts });
}

/** One of some choices, each written as `value: Label` (or one word for both). */
export function choice(name: string, label: string, options: string[], parts: Parts = {}): Property {
  return property(name, label, { type: 'enumeration', options: optionsOf(options), ...parts });
}

/** Any of some choices. */
export function choices(name: string, label: string, options: string[]): Property {
  return choice(name, label, options, { fieldType: 'checkbox' });
}

/** One of the account's owners; its choices are not in the definition. */
export function owner(name = 'hubspot_owner_id', label = 'Owner'): Property {
  return choice(name, label, [], { externalOptions: true, referencedObjectType: 'OWNER' });
}

const usualFieldTypes: Record<Property['type'], string> = {
  string: 'text',
  number: 'number',
  date: 'date',
  datetime: 'date',
  enumeration: 'select',
  bool: 'booleancheckbox',
  phone_number: 'phonenumber',
  object_coordinates: 'text',
};

function optionsOf(options: string[]): PropertyOption[] {
  return options.map((option, displayOrder) => {
    const [value = '', label = value] = option.split(': ');
    return { label, value, displayOrder, hidden: false };
  });
}
