/** A person as the People API shows it: the part of the client's `Schema$Person` that matters here. */
export interface Person {
  resourceName?: string;
  etag?: string;
  metadata?: { deleted?: boolean; previousResourceNames?: string[]; sources?: { type?: string; etag?: string }[] };
  names?: Entry[];
  nicknames?: Entry[];
  emailAddresses?: Entry[];
  phoneNumbers?: Entry[];
  organizations?: Entry[];
  addresses?: Entry[];
  urls?: Entry[];
  biographies?: Entry[];
  birthdays?: { date?: { year?: number; month?: number; day?: number } }[];
  memberships?: { contactGroupMembership?: { contactGroupResourceName?: string } }[];
  userDefined?: Entry[];
  clientData?: Entry[];
}

/** One entry of a person's list; `metadata` is the server's own. */
export interface Entry {
  [name: string]: unknown;
}

/** The lists of a person that hold texts. */
export type ListName =
  | 'names'
  | 'nicknames'
  | 'emailAddresses'
  | 'phoneNumbers'
  | 'organizations'
  | 'addresses'
  | 'urls'
  | 'biographies'
  | 'userDefined'
  | 'clientData';

/** Everything that is read; always the same, for a sync token is good only for the mask it was given with. */
export const personFields = [
  ...['names', 'nicknames', 'emailAddresses', 'phoneNumbers', 'organizations', 'addresses', 'urls', 'biographies'],
  ...['birthdays', 'memberships', 'userDefined', 'clientData', 'metadata'],
].join(',');
