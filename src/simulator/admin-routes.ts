import type { Admin, Edits } from './admin.ts';
import type { Fault, FaultKind } from './faults.ts';
import { pageOf } from './paging.ts';
import { type Route, route } from './router.ts';
import { emptyReply, jsonReply } from './sim-reply.ts';
import { jsonOf } from './sim-request.ts';

/** Where the admin side lives. It takes no credentials: simulators listen on loopback only. */
export const adminPrefix = '/__sim';

/** Records in one answer of the admin side, when nobody asks for fewer. */
const adminPageSize = 10_000;

/** The admin side over HTTP; a mistake is answered with 400 and a sentence. */
export function adminRoutes(admin: Admin): Route[] {
  return [
    route('GET', `${adminPrefix}/state`, () => jsonReply(200, admin.state())),
    route('GET', `${adminPrefix}/calls`, () => jsonReply(200, callTotals(admin.calls()))),
    route('DELETE', `${adminPrefix}/calls`, () => done(admin.resetCalls())),
    route('GET', `${adminPrefix}/faults`, () => jsonReply(200, { faults: admin.state().faults })),
    route('POST', `${adminPrefix}/faults`, ({ request }) =>
      done(admin.fault(jsonOf(request) as Partial<Fault> & { kind: FaultKind })),
    ),
    route('DELETE', `${adminPrefix}/faults`, () => done(admin.clearFaults())),
    route('POST', `${adminPrefix}/settings`, ({ request }) => done(admin.set(jsonOf(request)))),
    route('POST', `${adminPrefix}/clock`, ({ request }) => {
      admin.advance(Number(jsonOf(request).advanceSeconds) * 1000);
      return jsonReply(200, { now: admin.state().now });
    }),
    route('POST', `${adminPrefix}/revoke`, () => done(admin.revokeTokens())),
    route('GET', `${adminPrefix}/changes`, ({ request }) =>
      jsonReply(200, { changes: admin.changes(Number(request.query.get('after') ?? 0)) }),
    ),
    ...recordRoutes(admin),
  ];
}

function recordRoutes(admin: Admin): Route[] {
  return [
    route('POST', `${adminPrefix}/records/{object}`, ({ request, params }) =>
      jsonReply(200, admin.edit(params.object ?? '', jsonOf(request) as Edits)),
    ),
    route('GET', `${adminPrefix}/records/{object}`, ({ request, params }) => {
      const position = Number(request.query.get('position') ?? 0);
      const limit = Number(request.query.get('limit') ?? adminPageSize);
      const { items, next } = pageOf(admin.records(params.object ?? ''), position, limit);
      return jsonReply(200, { records: items, next });
    }),
    route('GET', `${adminPrefix}/records/{object}/{id}`, ({ params }) => {
      const record = admin.record(params.object ?? '', params.id ?? '');
      return record ? jsonReply(200, record) : jsonReply(404, { message: 'there is no such record' });
    }),
  ];
}

function callTotals(calls: Record<string, number>): { total: number; calls: Record<string, number> } {
  return { total: Object.values(calls).reduce((sum, count) => sum + count, 0), calls };
}

function done(_: unknown): ReturnType<typeof emptyReply> {
  return emptyReply();
}
