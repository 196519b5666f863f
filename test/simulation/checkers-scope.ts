import type { CreateItem, UpdateItem } from '../../src/connector/contract.ts';
import type { SyncSettings } from '../../src/model/settings.ts';
import type { Side } from '../../src/model/value.ts';
import type { Mutation } from './fake-connector.ts';
import { Violation } from './violation.ts';

/** The side of a sync that an account's object is. */
export function sideOf(settings: SyncSettings, account: string, object: string): Side | null {
  if (settings.a.account === account && settings.a.object === object) return 'a';
  return settings.b.account === account && settings.b.object === object ? 'b' : null;
}

/** May the engine write on this side at all? */
export function mayWrite(settings: SyncSettings, side: Side): boolean {
  return settings.direction === 'both' || settings.direction === (side === 'b' ? 'a-to-b' : 'b-to-a');
}

/** I12: only mapped fields are written. */
export function mustBeMapped(
  mutation: Mutation,
  versions: SyncSettings[],
  side: Side,
  item: CreateItem | UpdateItem,
): void {
  const mapped = new Set(versions.flatMap((settings) => mappedNames(settings, side)));
  for (const name of Object.keys(item.values)) {
    if (!mapped.has(name) && name !== 'marker') {
      throw new Violation('I12', `the field ${name} in ${mutation.app.knobs.name} was written, which is not mapped`);
    }
  }
}

/** Names of fields and associations that a sync may write on a side. */
function mappedNames(settings: SyncSettings, side: Side): string[] {
  const mappings = settings.mappings === 'default' || settings.mappings === 'none' ? [] : settings.mappings;
  const fields = mappings.flatMap((each) => (each === 'default' || !each.enabled ? [] : each[side]));
  const associations = typeof settings.associations === 'string' ? [] : settings.associations;
  return [...fields, ...associations.filter((each) => each.enabled).map((each) => each[side])];
}
