import type { Rules } from './rules.ts';
import type { SyncSettings } from './settings.ts';
import type { SettingsProblem } from './settings-problem.ts';
import type { Two } from './value.ts';

/** A live sync, as far as rings are concerned. */
export interface SyncShape {
  key: string;
  accounts: Two<string>;
  objects: Two<string>;
  /** The fields and associations it joins, by name; several on one side where a full name is split. */
  pairs: Two<string[]>[];
  /** Which of its records it takes, by a field of side a. */
  route: { field: string; values: string[] } | null;
}

/**
 * X5: per field, the graph of (account, object, field) over all live syncs is a forest: a ring would chase its own
 * changes for ever. And two syncs join the same two objects only if their records are disjoint, by their routes.
 * Syncs are taken in order, so the one that closes a ring is the one that is refused.
 */
export function findRings(syncs: SyncShape[]): SettingsProblem[] {
  const problems: SettingsProblem[] = [];
  const graph = new Map<string, Edge[]>();
  const accepted: SyncShape[] = [];
  for (const sync of syncs) {
    const problem = overlapOf(sync, accepted) ?? ringOf(sync, graph);
    if (problem) {
      problems.push(problem);
      continue;
    }
    accepted.push(sync);
    for (const edge of edgesOf(sync)) addEdge(graph, edge);
  }
  return problems;
}

/** A sync's settings and rules, as far as rings are concerned. */
export function shapeOf(key: string, { a, b, route }: SyncSettings, { mappings, associations }: Rules): SyncShape {
  const fields = mappings.map(({ fields: names }) => names);
  const edges = associations.map(({ ends }) => ({ a: [ends.a.name], b: [ends.b.name] }));
  const accounts = { a: a.account, b: b.account };
  return { key, accounts, objects: { a: a.object, b: b.object }, pairs: [...fields, ...edges], route };
}

/** A pair of fields that one sync keeps the same. */
interface Edge {
  from: string;
  to: string;
  sync: SyncShape;
}

function overlapOf(sync: SyncShape, others: SyncShape[]): SettingsProblem | null {
  for (const other of others) {
    if (objectsOf(sync) !== objectsOf(other) || areDisjoint(sync, other)) continue;
    const shared = sharedField(sync, other);
    const both = `${sync.key} and ${other.key} both join ${place(sync, 'a')} and ${place(sync, 'b')}`;
    const message = shared
      ? `${both} and both write ${shared}; give each a route with records of its own, or make them one sync`
      : `${both}; give each a route with records of its own, or make them one sync`;
    return { path: ['syncs', sync.key], message };
  }
  return null;
}

function objectsOf(sync: SyncShape): string {
  return [node(sync, 'a', ''), node(sync, 'b', '')].sort().join(' ');
}

/** Only routes by one field of the same object tell records apart. */
function areDisjoint(one: SyncShape, other: SyncShape): boolean {
  if (!one.route || !other.route || one.route.field !== other.route.field) return false;
  if (node(one, 'a', '') !== node(other, 'a', '')) return false;
  const values = new Set(other.route.values);
  return one.route.values.every((value) => !values.has(value));
}

function sharedField(one: SyncShape, other: SyncShape): string | null {
  const edges = new Set(edgesOf(other).flatMap(({ from, to }) => [`${from} ${to}`, `${to} ${from}`]));
  const edge = edgesOf(one).find(({ from, to }) => edges.has(`${from} ${to}`));
  return edge ? named(edge.from) : null;
}

/** The ring that a sync would close, in words, from field to field. */
function ringOf(sync: SyncShape, graph: Map<string, Edge[]>): SettingsProblem | null {
  // Its own edges count against each other too: an account synced with itself can close a ring alone.
  const own = new Map<string, Edge[]>();
  for (const edge of edgesOf(sync)) {
    const path = pathBetween(edge.from, edge.to, (at) => [...(graph.get(at) ?? []), ...(own.get(at) ?? [])]);
    const other = path?.find((step) => objectsOf(step.sync) !== objectsOf(sync));
    if (path && (other || edge.from === edge.to)) {
      const stops = [...path.map((step) => named(step.from)), named(edge.to), named(edge.from)];
      const keys = [...new Set([...path.map((step) => step.sync.key), sync.key])];
      const message = `the syncs ${keys.join(', ')} would form a ring: ${stops.join(' → ')}; a change would chase itself round it. Take one of these fields out`;
      return { path: ['syncs', sync.key], message };
    }
    addEdge(own, edge);
  }
  return null;
}

/** The steps from one field to another, each along an edge; undefined where there is no way, [] where they are one. */
function pathBetween(from: string, to: string, edgesAt: (at: string) => Edge[]): Edge[] | undefined {
  const cameBy = new Map<string, Edge | null>([[from, null]]);
  const open = [from];
  for (let at = open.shift(); at !== undefined; at = open.shift()) {
    if (at === to) return walkBack(to, cameBy);
    for (const edge of edgesAt(at)) {
      if (cameBy.has(edge.to)) continue;
      cameBy.set(edge.to, edge);
      open.push(edge.to);
    }
  }
  return undefined;
}

function walkBack(to: string, cameBy: Map<string, Edge | null>): Edge[] {
  const steps: Edge[] = [];
  for (let edge = cameBy.get(to); edge; edge = cameBy.get(edge.from)) steps.unshift(edge);
  return steps;
}

function addEdge(graph: Map<string, Edge[]>, edge: Edge): void {
  for (const one of [edge, { from: edge.to, to: edge.from, sync: edge.sync }]) {
    const edges = graph.get(one.from);
    if (edges) edges.push(one);
    else graph.set(one.from, [one]);
  }
}

function edgesOf(sync: SyncShape): Edge[] {
  return sync.pairs.flatMap(({ a, b }) =>
    a.flatMap((mine) => b.map((theirs) => ({ from: node(sync, 'a', mine), to: node(sync, 'b', theirs), sync }))),
  );
}

function node(sync: SyncShape, side: 'a' | 'b', field: string): string {
  return JSON.stringify([sync.accounts[side], sync.objects[side], field]);
}

function named(at: string): string {
  const [account, object, field] = JSON.parse(at) as string[];
  return `${account} ${object}.${field}`;
}

function place(sync: SyncShape, side: 'a' | 'b'): string {
  return `${sync.accounts[side]} ${sync.objects[side]}`;
}
