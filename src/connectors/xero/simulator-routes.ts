import { type Route, route } from '../../simulator/router.ts';
import { type SimRecord, UniqueClash } from '../../simulator/sim-record.ts';
import { jsonReply, type SimReply } from '../../simulator/sim-reply.ts';
import { jsonOf, type SimRequest } from '../../simulator/sim-request.ts';
import { type Book, type Element, integration, type Kind } from './simulator-book.ts';
import { badData, Invalid, notFound } from './simulator-error.ts';

/** Elements that one call may bring. */
const mostElements = 50;

/** How long the answer to an idempotency key is kept. */
const keyMilliseconds = 86_400_000;

/** The endpoints of one kind of element. */
export function kindRoutes(book: Book, kind: Kind): Route[] {
  const path = `/api.xro/2.0/${kind.list}`;
  const table = book.tables[kind.list];
  const reply = (records: SimRecord[], more: object = {}) =>
    jsonReply(200, { ...more, [kind.list]: records.map((record) => kind.shown(record, book)) });
  const known = new Map<string, { at: number; body: string; reply: SimReply }>();
  return [
    route('GET', path, ({ request }) => listed(book, kind, request)),
    route('GET', `${path}/{id}`, ({ params: { id = '' } }) => {
      const record = table.get(id) ?? table.find(kind.unique, id);
      return record ? reply([record]) : notFound();
    }),
    route('PUT', path, ({ request }) => once(book, known, request, () => saved(book, kind, request, 'new'))),
    route('POST', path, ({ request }) => once(book, known, request, () => saved(book, kind, request, 'either'))),
    route('POST', `${path}/{id}`, ({ request, params: { id = '' } }) => {
      const record = table.get(id);
      if (!record) return notFound();
      return once(book, known, request, () => saved(book, kind, request, 'either', id));
    }),
    ...(kind.list === 'Items' ? [deletion(book, path)] : []),
  ];
}

function deletion({ tables }: Book, path: string): Route {
  return route('DELETE', `${path}/{id}`, ({ params: { id = '' } }) => {
    if (!tables.Items.get(id)) return notFound();
    tables.Items.purge(id, integration);
    return { status: 204, headers: {}, body: '' };
  });
}

/** Rows that were modified since, of these ids, that a filter names; by id where asked, else in the order they came. */
function listed(book: Book, kind: Kind, { query, headers }: SimRequest): SimReply {
  const since = sinceIn(headers['if-modified-since']);
  const ids = query.get('IDs')?.split(',');
  const unique = query.get(`${kind.unique}s`)?.split(',') ?? query.get(kind.unique)?.split(',') ?? nameIn(query);
  const wanted = [...book.tables[kind.list].all()].filter(
    (record) =>
      kind.isListed(record, query) &&
      (since === undefined || record.updatedAt > since) &&
      (!ids || ids.includes(record.id)) &&
      (!unique || unique.includes(String(record.values[kind.unique]))),
  );
  if (query.get('order')?.startsWith(kind.id)) wanted.sort((one, other) => (one.id < other.id ? -1 : 1));
  const { pageRows } = kind;
  const show = (records: SimRecord[]) => records.map((record) => kind.shown(record, book));
  if (!pageRows || !query.has('page')) return jsonReply(200, { [kind.list]: show(wanted) });
  const [page, pageSize] = [Number(query.get('page')), Number(query.get('pageSize') ?? pageRows.usual)];
  if (!(page >= 1 && pageSize >= 1 && pageSize <= pageRows.most)) throw badData('page or pageSize');
  const rows = show(wanted.slice((page - 1) * pageSize, page * pageSize));
  const pagination = { page, pageSize, pageCount: Math.ceil(wanted.length / pageSize), itemCount: wanted.length };
  return jsonReply(200, { pagination, [kind.list]: rows });
}

/** `where=Name=="…"`. */
function nameIn(query: URLSearchParams): string[] | undefined {
  const [, name] = /^Name=="(.*)"$/s.exec(query.get('where') ?? '') ?? [];
  return name === undefined ? undefined : [name.replace(/\\(.)/gs, '$1')];
}

/** Whole seconds, in UTC whether it says so or not. */
function sinceIn(header: string | undefined): number | undefined {
  if (!header) return undefined;
  const plain = /^\d{4}-\d\d-\d\dT[\d:.]+$/.test(header) ? `${header}Z` : header;
  const moment = Date.parse(plain);
  return Number.isNaN(moment) ? undefined : moment - (moment % 1000);
}

/** Elements that are made or changed, each with what became of it. */
function saved(book: Book, kind: Kind, request: SimRequest, which: 'new' | 'either', id?: string): SimReply {
  const body = jsonOf(request);
  const elements = (body[kind.list] ?? [body]) as Element[];
  if (!Array.isArray(elements)) throw badData(kind.list);
  if (elements.length > mostElements) throw badData(`more than ${mostElements} elements`);
  // What is no JSON of Xero's fails the whole call, before anything is done.
  for (const element of elements) probe(book, kind, element);
  const summarize = request.query.get('summarizeErrors') !== 'false';
  const shown = elements.map((element) => {
    try {
      const record = save(book, kind, id ? { ...element, [kind.id]: id } : element, which);
      return { ...kind.shown(record, book), StatusAttributeString: 'OK' };
    } catch (error) {
      const messages = messagesOf(error, kind);
      const ValidationErrors = messages.map((Message) => ({ Message }));
      return {
        ...element,
        StatusAttributeString: 'ERROR',
        HasErrors: true,
        HasValidationErrors: true,
        ValidationErrors,
      };
    }
  });
  const failed = shown.filter((one) => 'ValidationErrors' in one);
  if (!summarize || failed.length === 0) return jsonReply(200, { [kind.list]: shown });
  const Message = 'A validation exception occurred';
  return jsonReply(400, { ErrorNumber: 10, Type: 'ValidationException', Message, Elements: failed });
}

function probe(book: Book, kind: Kind, element: Element): void {
  try {
    kind.values(element, book, meant(book, kind, element));
  } catch (error) {
    if (!(error instanceof Invalid)) throw error;
  }
}

function save(book: Book, kind: Kind, element: Element, which: 'new' | 'either'): SimRecord {
  const table = book.tables[kind.list];
  const before = which === 'new' ? undefined : meant(book, kind, element);
  if (!before) {
    if (which === 'either' && element[kind.id]) throw new Invalid(`The ${kind.id} could not be found.`);
    return table.create(kind.values(element, book, undefined), integration);
  }
  kind.refuseFrozen?.(before);
  const after = table.update(before.id, kind.values(element, book, before), integration);
  if (element.ContactStatus !== 'ARCHIVED') return after;
  table.archive(before.id, integration);
  return table.get(before.id) ?? after;
}

function meant(book: Book, kind: Kind, element: Element): SimRecord | undefined {
  const table = book.tables[kind.list];
  if (element[kind.id]) return table.get(String(element[kind.id]));
  return element[kind.unique] ? table.find(kind.unique, element[kind.unique]) : undefined;
}

function messagesOf(error: unknown, kind: Kind): string[] {
  if (error instanceof Invalid) return error.messages;
  if (!(error instanceof UniqueClash)) throw error;
  if (kind.list === 'Contacts') {
    const rule = 'The contact name must be unique across all active contacts.';
    return [`The contact name ${error.value} is already assigned to another contact. ${rule}`];
  }
  if (kind.list === 'Items') return [`Price List Item with Code '${error.value}' already exists`];
  return [kind.list === 'Invoices' ? 'Invoice # must be unique.' : 'Quote # must be unique.'];
}

/** The answer that a key got before; another body under it is an error. */
function once(
  { ground }: Book,
  known: Map<string, { at: number; body: string; reply: SimReply }>,
  { headers, body }: SimRequest,
  answer: () => SimReply,
): SimReply {
  const key = headers['idempotency-key'];
  if (!key) return answer();
  if (key.length > 128) throw badData('Idempotency-Key is longer than 128 characters');
  const now = ground.clock.now();
  const before = known.get(key);
  if (before && now - before.at < keyMilliseconds) {
    if (before.body === body) return before.reply;
    throw badData('Idempotency-Key was used with another body');
  }
  const reply = answer();
  known.set(key, { at: now, body, reply });
  return reply;
}
