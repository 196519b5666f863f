import { Failure } from '../../connector/contract.ts';
import type { Session } from '../../connector/session.ts';
import { dataPath } from './connector-paths.ts';

/** An object type in the list of all: the part that matters here. */
export interface GlobalObject {
  name: string;
  label: string;
  labelPlural?: string;
  keyPrefix?: string | null;
  custom?: boolean;
  customSetting?: boolean;
  deprecatedAndHidden?: boolean;
  queryable?: boolean;
  replicateable?: boolean;
  createable?: boolean;
  updateable?: boolean;
  deletable?: boolean;
}

/** An object type as `describe` shows it. */
export interface Describe extends GlobalObject {
  fields: DescribedField[];
}

/** A field as `describe` shows it: the part of the vendor's `Field` that matters here. */
export interface DescribedField {
  name: string;
  label: string;
  type: string;
  length?: number;
  scale?: number;
  precision?: number;
  createable?: boolean;
  updateable?: boolean;
  nillable?: boolean;
  defaultedOnCreate?: boolean;
  calculated?: boolean;
  externalId?: boolean;
  unique?: boolean;
  nameField?: boolean;
  deprecatedAndHidden?: boolean;
  referenceTo?: string[] | null;
  restrictedPicklist?: boolean;
  picklistValues?: { value: string; label?: string | null; active?: boolean; defaultValue?: boolean }[] | null;
}

/** Subrequests that one composite call takes; it counts as one. */
const mostSubrequests = 25;

/** Every object type that the account may see; asked once a session. */
export function globalObjects(s: Session): Promise<GlobalObject[]> {
  return s.remember('all objects', async () => {
    const reply = await s.request({ method: 'GET', url: dataPath(s, '/sobjects') });
    const { sobjects } = reply.json<{ sobjects?: GlobalObject[] }>();
    if (!Array.isArray(sobjects))
      throw new Failure('broken', 'Salesforce did not list its objects; it is asked again later');
    return sobjects;
  });
}

/** The fields of several object types, 25 of them a call; one that cannot be described is left out. */
export async function describeAll(s: Session, names: string[]): Promise<Map<string, Describe>> {
  const described = new Map<string, Describe>();
  for (let at = 0; at < names.length; at += mostSubrequests) {
    const some = names.slice(at, at + mostSubrequests);
    for (const one of await describeSome(s, some)) described.set(one.name, one);
  }
  return described;
}

async function describeSome(s: Session, names: string[]): Promise<Describe[]> {
  const compositeRequest = names.map((name, index) => ({
    method: 'GET',
    url: dataPath(s, `/sobjects/${name}/describe`),
    referenceId: `d${index}`,
  }));
  const reply = await s.request({
    method: 'POST',
    url: dataPath(s, '/composite'),
    body: { compositeRequest },
    effect: 'read',
  });
  const { compositeResponse } = reply.json<{ compositeResponse?: { httpStatusCode: number; body: Describe }[] }>();
  if (!Array.isArray(compositeResponse))
    throw new Failure('broken', 'Salesforce did not describe its objects; it is asked again later');
  return compositeResponse.filter((one) => one.httpStatusCode === 200).map((one) => one.body);
}
