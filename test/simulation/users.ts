import type { Value, Values } from '../../src/model/value.ts';
import type { FakeApp, FakeRecord } from './fake-app.ts';
import { POISON } from './fake-app.ts';
import type { Mutation } from './fake-connector.ts';
import type { Ghost } from './ghost.ts';
import { typed } from './kinds.ts';
import type { Deed, EditHow, FieldKnobs } from './knobs.ts';

/** What people who work in the apps can reach. */
export interface Desk {
  apps: FakeApp[];
  ghost: Ghost;
  /** A record was changed by a person: the app may tell. */
  changed(app: FakeApp, object: string, id: string): void;
}

const user = { who: 'user' } as const;
/** Tokens below are typed by several people: values that are the same on purpose. */
const FIRST_TOKEN = 20;
const KEY_TOKENS = 2000;

/** People at work in the apps. Each deed is one step; what cannot be done then is left undone. */
export class Users {
  readonly #desk: Desk;
  #tokens = FIRST_TOKEN;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** `mutation`: the write of Syncline that this deed comes just before. */
  act(deed: Exclude<Deed, { do: 'admin' }>, mutation: Mutation | null): void {
    const app = this.#desk.apps[deed.app % this.#desk.apps.length] as FakeApp;
    const object = [...app.objects.keys()][deed.object % app.objects.size] as string;
    if (deed.do === 'create') return this.#create(app, object, deed);
    const record = deed.do === 'restore' ? archived(app, object, deed.pick) : chosen(app, object, deed.pick, mutation);
    if (!record) return;
    this.#desk.ghost.meet(`user ${deed.do}`);
    if (deed.do === 'edit') this.#edit(app, object, record, fieldOf(app, object, deed.field), deed.how, deed.pick);
    else if (deed.do === 'clash') this.#clash(app, object, record, deed);
    else if (deed.do === 'bulk') this.#bulk(app, object, deed);
    else if (deed.do === 'remove') this.#remove(app, object, record, deed.how);
    else if (deed.do === 'restore') app.restore(object, record.id, user);
    else if (deed.do === 'merge') this.#merge(app, object, record, deed.other);
    else this.#associate(app, object, record, deed);
    this.#desk.changed(app, object, record.id);
  }

  #create(app: FakeApp, object: string, deed: Deed & { do: 'create' }): void {
    const values: Values = {};
    for (const field of app.object(object).knobs.fields) {
      if (field.logical === 'marker') continue;
      const blank = field.logical !== 'email' && (deed.pick + field.name.length) % 4 === 0;
      if (!blank) values[field.name] = typed(field.kind, ++this.#tokens, app.knobs.name);
      if (field.logical === 'email' && deed.key !== null)
        values[field.name] = typed('email', KEY_TOKENS + deed.key, app.knobs.name);
    }
    const made = app.create(object, values, user);
    if ('shown' in made) {
      this.#desk.ghost.meet('user create');
      this.#desk.changed(app, object, made.id);
    }
  }

  #edit(app: FakeApp, object: string, record: FakeRecord, field: FieldKnobs, how: EditHow, pick: number): void {
    app.update(object, record.id, { [field.name]: this.#value(app, field, how, pick) }, user);
  }

  #value(app: FakeApp, field: FieldKnobs, how: EditHow, pick: number): Value {
    if (how === 'clear') return field.kind === 'tags' ? [] : null;
    if (how === 'shared') return typed(field.kind, 1 + (pick % 4), app.knobs.name);
    if (how === 'key' && field.kind === 'email') return typed('email', KEY_TOKENS + (pick % 6), app.knobs.name);
    const token = ++this.#tokens;
    return how === 'poison' && field.kind === 'text' ? `U${token} ${POISON}` : typed(field.kind, token, app.knobs.name);
  }

  /** The same field of both records of a pair is edited at once. */
  #clash(app: FakeApp, object: string, record: FakeRecord, deed: Deed & { do: 'clash' }): void {
    const partner = this.#partner(app, object, record);
    const field = fieldOf(app, object, deed.field);
    if (!partner) return this.#edit(app, object, record, field, 'unique', deed.pick);
    const far = partner.app.object(partner.object).knobs.fields.find((each) => each.logical === field.logical);
    const how = deed.how === 'same' ? 'shared' : 'unique';
    this.#edit(app, object, record, field, how, deed.pick);
    if (far) this.#edit(partner.app, partner.object, partner.record, far, how, deed.pick);
    this.#desk.changed(partner.app, partner.object, partner.record.id);
  }

  #partner(
    app: FakeApp,
    object: string,
    record: FakeRecord,
  ): { app: FakeApp; object: string; record: FakeRecord } | null {
    const { ghost, apps } = this.#desk;
    const email = String(record.values[`email_${app.knobs.name}`] ?? '')
      .toLowerCase()
      .trim();
    for (const other of apps) {
      if (other === app) continue;
      for (const each of other.live(object === 'leads' ? 'people' : object)) {
        const made = ghost.tokens.get(each.born.token ?? '')?.source === record.id;
        const maker = ghost.tokens.get(record.born.token ?? '')?.source === each.id;
        const same =
          email !== '' &&
          String(each.values[`email_${other.knobs.name}`] ?? '')
            .toLowerCase()
            .trim() === email;
        if (made || maker || same) return { app: other, object: object === 'leads' ? 'people' : object, record: each };
      }
    }
    return null;
  }

  #bulk(app: FakeApp, object: string, deed: Deed & { do: 'bulk' }): void {
    const field = fieldOf(app, object, deed.field);
    for (const record of app.live(object).slice(0, deed.count)) {
      this.#edit(app, object, record, field, 'unique', deed.pick);
      this.#desk.changed(app, object, record.id);
    }
  }

  #remove(app: FakeApp, object: string, record: FakeRecord, how: 'archive' | 'delete'): void {
    app.remove(object, record.id, how === 'archive' ? 'archived' : 'deleted', user);
  }

  #merge(app: FakeApp, object: string, record: FakeRecord, pick: number): void {
    const others = app.live(object).filter((each) => each !== record);
    const survivor = others[pick % others.length];
    if (survivor) app.merge(object, record.id, survivor.id, user);
  }

  #associate(app: FakeApp, object: string, record: FakeRecord, deed: Deed & { do: 'associate' | 'dissociate' }): void {
    const [association] = app.object(object).knobs.associations;
    if (!association) return;
    const ids = record.values[association.name] as string[];
    const far = app.live(association.to);
    const id = far[deed.other % Math.max(1, far.length)]?.id;
    if (deed.do === 'dissociate') return void app.update(object, record.id, { [association.name]: ids.slice(1) }, user);
    if (id === undefined) return;
    const next = association.many === 'one' ? [id] : [...ids.filter((each) => each !== id), id];
    app.update(object, record.id, { [association.name]: next }, user);
  }
}

function chosen(app: FakeApp, object: string, pick: number, mutation: Mutation | null): FakeRecord | undefined {
  if (mutation?.app === app && mutation.object.knobs.name === object) {
    const ids = mutation.items.flatMap((item) => ('id' in item ? [item.id] : []));
    const target = mutation.object.records.get(ids[pick % Math.max(1, ids.length)] ?? '');
    if (target?.state === 'live') return target;
  }
  const live = app.live(object);
  return live[pick % Math.max(1, live.length)];
}

function archived(app: FakeApp, object: string, pick: number): FakeRecord | undefined {
  const there = [...app.object(object).records.values()].filter((each) => each.state === 'archived');
  return there[pick % Math.max(1, there.length)];
}

function fieldOf(app: FakeApp, object: string, pick: number): FieldKnobs {
  const fields = app.object(object).knobs.fields.filter((each) => each.logical !== 'marker');
  return fields[pick % fields.length] as FieldKnobs;
}
