import type { SimReply } from './sim-reply.ts';
import type { SimRequest } from './sim-request.ts';

/** What a route's handler is given: the request and the decoded parts of its path. */
export interface Call {
  request: SimRequest;
  /** By the names in the route's path. */
  params: Record<string, string>;
}

/** One endpoint. `{name}` stands for one segment of the path. */
export interface Route {
  method: string;
  path: string;
  answer(call: Call): SimReply;
}

/** A route that fits a request, with the parts of the path it took. */
export interface RouteMatch {
  route: Route;
  params: Record<string, string>;
}

/** Short for a `Route`. */
export function route(method: string, path: string, answer: Route['answer']): Route {
  return { method, path, answer };
}

/** Finds the route of a request; a literal segment goes before a `{name}`, and otherwise the first route wins. */
export function makeRouter(routes: Route[]): (method: string, path: string) => RouteMatch | undefined {
  const shelves = new Map<string, { route: Route; parts: string[] }[]>();
  for (const one of routes) {
    const parts = segmentsOf(one.path);
    const key = `${one.method} ${parts.length}`;
    shelves.set(key, [...(shelves.get(key) ?? []), { route: one, parts }]);
  }
  for (const shelf of shelves.values()) shelf.sort((a, b) => holes(a.parts) - holes(b.parts));
  return (method, path) => {
    const parts = segmentsOf(path);
    for (const entry of shelves.get(`${method} ${parts.length}`) ?? []) {
      const params = paramsOf(entry.parts, parts);
      if (params) return { route: entry.route, params };
    }
    return undefined;
  };
}

function segmentsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '');
}

function holes(parts: string[]): number {
  return parts.filter((part) => part.startsWith('{')).length;
}

function paramsOf(pattern: string[], parts: string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const actual = parts[index] ?? '';
    if (expected.startsWith('{')) params[expected.slice(1, -1)] = decoded(actual);
    else if (expected !== actual) return undefined;
  }
  return params;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
