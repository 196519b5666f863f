import type { User } from './field.ts';
import { type Taken, Trouble } from './types/trouble.ts';
import { normalEmail } from './types/types.ts';
import { across, type Side, type Two } from './value.ts';

/** The users of both accounts, and who stands for whom. */
export interface UserTable {
  /** The user across, by the person's table, then by e-mail. */
  cross(from: Side, id: string): Taken;
  /** A user's id, by id or e-mail address. */
  find(side: Side, name: string): string | undefined;
  /** What to write into a text field: the table's word, the e-mail address, or the name. */
  text(from: Side, id: string): string;
}

/**
 * Pairs users by `given` (a's user → b's user, each by e-mail or id; for a text field on b: any text), then by e-mail.
 */
export function userTable(users: Two<User[]>, given: Record<string, string>): UserTable {
  const byId = { a: indexBy(users.a, (user) => user.id), b: indexBy(users.b, (user) => user.id) };
  const byEmail = { a: indexBy(users.a, emailOf), b: indexBy(users.b, emailOf) };
  const find = (side: Side, name: string) => byId[side].get(name) ?? byEmail[side].get(normalEmail(name));
  const paired: Two<Map<string, string>> = { a: new Map(), b: new Map() };
  for (const [mine, theirs] of Object.entries(given)) {
    const [a, b] = [find('a', mine)?.id ?? mine, find('b', theirs)?.id ?? theirs];
    paired.a.set(a, b);
    if (!paired.b.has(b)) paired.b.set(b, a);
  }
  return {
    cross(from, id) {
      const to = across(from);
      const partner = paired[from].get(id) ?? partnerByEmail(byId[from].get(id), byEmail[to]);
      if (partner !== undefined && byId[to].has(partner)) return partner;
      return new Trouble(
        'unknown-option',
        'the owner has no user in the other app; add one with the same e-mail address there, or pair them under users',
      );
    },
    find: (side, name) => find(side, name)?.id,
    text(from, id) {
      const user = byId[from].get(id);
      return paired[from].get(id) ?? user?.email ?? user?.name ?? id;
    },
  };
}

function partnerByEmail(user: User | undefined, across: Map<string, User>): string | undefined {
  return user?.email === undefined ? undefined : across.get(normalEmail(user.email))?.id;
}

function emailOf(user: User): string | undefined {
  return user.email === undefined ? undefined : normalEmail(user.email);
}

function indexBy(users: User[], key: (user: User) => string | undefined): Map<string, User> {
  const index = new Map<string, User>();
  for (const user of users) {
    const name = key(user);
    if (name !== undefined && !index.has(name)) index.set(name, user);
  }
  return index;
}
