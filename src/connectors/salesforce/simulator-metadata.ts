import type { DescribeGlobalResult, DescribeSObjectResult } from 'jsforce';
import { type Route, route } from '../../simulator/router.ts';
import { jsonReply } from '../../simulator/sim-reply.ts';
import { jsonOf, type SimRequest, simRequest } from '../../simulator/sim-request.ts';
import { SalesforceError } from './simulator-error.ts';
import { describedField } from './simulator-field.ts';
import { apiUserId, type Org, type OrgObject, objectOf } from './simulator-org.ts';
import { addressOf, versionOf, versions } from './simulator-path.ts';

/** Most subrequests of one composite call. */
const mostSubrequests = 25;

/** What tells of the org: versions, object types with their fields, limits, the caller. */
export function metadataRoutes(org: Org): Route[] {
  return [
    route('GET', '/services/data', () => {
      const all = Array.from({ length: versions.latest - versions.first + 1 }, (_, at) => `${versions.first + at}.0`);
      return jsonReply(
        200,
        all.map((version) => ({ label: 'Simulated', url: `/services/data/v${version}`, version })),
      );
    }),
    route('GET', '/', ({ request }) => {
      const base = `/services/data/${versionOf(request)}`;
      const paths = {
        sobjects: `${base}/sobjects`,
        query: `${base}/query`,
        queryAll: `${base}/queryAll`,
        limits: `${base}/limits`,
      };
      return jsonReply(200, { ...paths, identity: `${addressOf(request)}/id/${org.id}/${apiUserId}` });
    }),
    route('GET', '/sobjects', ({ request }) => {
      const sobjects = [...org.objects.values()].map((object) => globalOf(object, versionOf(request)));
      return jsonReply(200, { encoding: 'UTF-8', maxBatchSize: 200, sobjects } satisfies DescribeGlobalResult);
    }),
    route('GET', '/sobjects/{object}', ({ request, params }) => {
      const object = objectOf(org, params.object ?? '');
      return jsonReply(200, { objectDescribe: globalOf(object, versionOf(request)), recentItems: [] });
    }),
    route('GET', '/sobjects/{object}/describe', ({ request, params }) =>
      jsonReply(200, describe(objectOf(org, params.object ?? ''), versionOf(request))),
    ),
    route('GET', '/limits/recordCount', ({ request }) => {
      const asked = (request.query.get('sObjects') ?? '').split(',').filter(Boolean);
      const objects = asked.flatMap((name) => org.objects.get(name) ?? []);
      return jsonReply(200, { sObjects: objects.map(({ name, table }) => ({ count: table.size, name })) });
    }),
    route('GET', '/id/{org}/{user}', ({ request }) => jsonReply(200, identityOf(org, addressOf(request)))),
  ];
}

/** `composite` with reading subrequests: one call, however many of them. `answer` is the org's own router. */
export function compositeRoute(answer: (request: SimRequest) => { status: number; body: string }): Route {
  return route('POST', '/composite', ({ request }) => {
    const { compositeRequest: parts = [] } = jsonOf(request) as {
      compositeRequest?: { method: string; url: string; referenceId: string }[];
    };
    if (parts.length > mostSubrequests)
      throw new SalesforceError('INVALID_INPUT', `No more than ${mostSubrequests} subrequests are allowed`);
    const compositeResponse = parts.map(({ method, url, referenceId }) => {
      if (method !== 'GET')
        throw new SalesforceError('INVALID_INPUT', 'the simulated org takes reading subrequests only');
      const { status, body } = answer(simRequest(method, url, { headers: request.headers }));
      return { body: body === '' ? null : JSON.parse(body), httpHeaders: {}, httpStatusCode: status, referenceId };
    });
    return jsonReply(200, { compositeResponse });
  });
}

function globalOf(object: OrgObject, version: string): DescribeGlobalResult['sobjects'][number] {
  const url = `/services/data/${version}/sobjects/${object.name}`;
  const isData = !['Organization', 'User', 'Pricebook2'].includes(object.name);
  return {
    ...globalConstants,
    createable: isData,
    custom: object.custom,
    deletable: isData,
    keyPrefix: object.keyPrefix,
    label: object.label,
    labelPlural: object.labelPlural,
    mergeable: object.mergeable,
    name: object.name,
    replicateable: object.name !== 'Organization',
    undeletable: isData,
    updateable: isData,
    urls: { sobject: url, describe: `${url}/describe`, rowTemplate: `${url}/{ID}` },
  };
}

function describe(object: OrgObject, version: string): DescribeSObjectResult {
  return {
    ...globalOf(object, version),
    actionOverrides: [],
    childRelationships: [],
    compactLayoutable: true,
    fields: [...object.fields.values()].map(describedField),
    listviewable: true,
    lookupLayoutable: true,
    namedLayoutInfos: [],
    networkScopeFieldName: null,
    recordTypeInfos: [],
    searchLayoutable: true,
    supportedScopes: null,
  };
}

const globalConstants = {
  activateable: false,
  customSetting: false,
  deepCloneable: false,
  deprecatedAndHidden: false,
  feedEnabled: true,
  hasSubtypes: false,
  idEnabled: true,
  isInterface: false,
  isSubtype: false,
  layoutable: true,
  mruEnabled: true,
  queryable: true,
  retrieveable: true,
  searchable: true,
  triggerable: true,
};

function identityOf(org: Org, address: string): object {
  const base = `${address}/services`;
  return {
    id: `${address}/id/${org.id}/${apiUserId}`,
    user_id: apiUserId,
    organization_id: org.id,
    username: 'integration@example.com',
    display_name: 'Integration User',
    nick_name: 'integration',
    email: 'integration@example.com',
    photos: { picture: '', thumbnail: '' },
    urls: {
      enterprise: `${base}/Soap/c/{version}/${org.id}`,
      metadata: `${base}/Soap/m/{version}/${org.id}`,
      partner: `${base}/Soap/u/{version}/${org.id}`,
      rest: `${base}/data/v{version}/`,
      sobjects: `${base}/data/v{version}/sobjects/`,
      search: `${base}/data/v{version}/search/`,
      query: `${base}/data/v{version}/query/`,
      profile: `${address}/${apiUserId}`,
    },
    user_type: 'STANDARD',
    language: 'en_US',
  };
}
