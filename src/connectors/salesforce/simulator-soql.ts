import { SalesforceError } from './simulator-error.ts';

/** A query, read. The part of SOQL that integrations use: one object, no subqueries, no grouping. */
export interface Query {
  /** Field paths, or the number of records alone. */
  select: string[] | 'count';
  from: string;
  where: Condition | null;
  order: { path: string; direction: 'asc' | 'desc' }[];
  limit: number | null;
  offset: number;
}

/** A condition of a query. */
export type Condition =
  | { all: Condition[] }
  | { any: Condition[] }
  | { not: Condition }
  | { path: string; operator: Operator; values: Literal[] };

/** A comparison. */
export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=' | 'LIKE' | 'IN' | 'NOT IN';

/** A value in a query, with what it was written as. */
export interface Literal {
  kind: 'text' | 'number' | 'date' | 'datetime' | 'boolean' | 'null';
  text: string;
}

/** The longest query (SOQL and SOSL limits). */
const longestQuery = 100_000;

/** Reads a query. Throws `MALFORMED_QUERY`. */
export function parseQuery(soql: string): Query {
  if (soql.length > longestQuery) throw malformed('SOQL statements cannot be longer than 100000 characters');
  const reader = new Reader(tokensOf(soql));
  reader.word('SELECT');
  const select = selected(reader);
  reader.word('FROM');
  const from = reader.anyWord();
  const where = reader.taken('WHERE') ? anyOf(reader) : null;
  const order = reader.taken('ORDER') ? orders(reader) : [];
  const limit = reader.taken('LIMIT') ? reader.count() : null;
  const offset = reader.taken('OFFSET') ? reader.count() : 0;
  reader.end();
  return { select, from, where, order, limit, offset };
}

function selected(reader: Reader): string[] | 'count' {
  if (reader.taken('COUNT')) {
    reader.sign('(');
    reader.sign(')');
    return 'count';
  }
  const paths = [reader.name()];
  while (reader.takenSign(',')) paths.push(reader.name());
  return paths;
}

function anyOf(reader: Reader): Condition {
  const any = [allOf(reader)];
  while (reader.taken('OR')) any.push(allOf(reader));
  return any.length === 1 ? (any[0] as Condition) : { any };
}

function allOf(reader: Reader): Condition {
  const all = [single(reader)];
  while (reader.taken('AND')) all.push(single(reader));
  return all.length === 1 ? (all[0] as Condition) : { all };
}

function single(reader: Reader): Condition {
  if (reader.taken('NOT')) return { not: single(reader) };
  if (reader.takenSign('(')) {
    const inner = anyOf(reader);
    reader.sign(')');
    return inner;
  }
  const path = reader.name();
  const operator = reader.operator();
  if (operator !== 'IN' && operator !== 'NOT IN') return { path, operator, values: [reader.literal()] };
  reader.sign('(');
  const values = [reader.literal()];
  while (reader.takenSign(',')) values.push(reader.literal());
  reader.sign(')');
  return { path, operator, values };
}

function orders(reader: Reader): Query['order'] {
  reader.word('BY');
  const order: Query['order'] = [];
  do {
    const path = reader.name();
    const direction = reader.taken('DESC') ? 'desc' : 'asc';
    if (direction === 'asc') reader.taken('ASC');
    if (reader.taken('NULLS') && !reader.taken('FIRST')) reader.word('LAST');
    order.push({ path, direction });
  } while (reader.takenSign(','));
  return order;
}

interface Token {
  kind: 'word' | 'sign' | Literal['kind'];
  text: string;
}

const tokenPattern =
  /\s*(?:(?<text>'(?:[^'\\]|\\.)*')|(?<datetime>\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d))|(?<date>\d{4}-\d\d-\d\d)|(?<number>[-+]?\d+(?:\.\d+)?)|(?<word>[A-Za-z_][\w.]*)|(?<sign><=|>=|!=|<>|[(),=<>]))/y;

function tokensOf(soql: string): Token[] {
  const tokens: Token[] = [];
  tokenPattern.lastIndex = 0;
  const end = soql.trimEnd().length;
  while (tokenPattern.lastIndex < end) {
    const at = tokenPattern.lastIndex;
    const found = Object.entries(tokenPattern.exec(soql)?.groups ?? {}).find(([, text]) => text !== undefined);
    if (!found) throw malformed(`unexpected token: '${soql.slice(at, at + 20)}'`);
    tokens.push({ kind: found[0] as Token['kind'], text: found[1] as string });
  }
  return tokens;
}

/** Goes through the tokens of a query. */
class Reader {
  readonly #tokens: Token[];
  #at = 0;

  constructor(tokens: Token[]) {
    this.#tokens = tokens;
  }

  taken(word: string): boolean {
    const token = this.#tokens[this.#at];
    const isIt = token?.kind === 'word' && token.text.toUpperCase() === word;
    if (isIt) this.#at += 1;
    return isIt;
  }

  word(word: string): void {
    if (!this.taken(word)) throw this.#unexpected();
  }

  takenSign(sign: string): boolean {
    const token = this.#tokens[this.#at];
    const isIt = token?.kind === 'sign' && token.text === sign;
    if (isIt) this.#at += 1;
    return isIt;
  }

  sign(sign: string): void {
    if (!this.takenSign(sign)) throw this.#unexpected();
  }

  isName(): boolean {
    const token = this.#tokens[this.#at];
    return token?.kind === 'word' && !keywords.includes(token.text.toUpperCase());
  }

  name(): string {
    if (!this.isName()) throw this.#unexpected();
    return (this.#tokens[this.#at++] as Token).text;
  }

  /** An object may be called like a keyword: Order. */
  anyWord(): string {
    const token = this.#tokens[this.#at++];
    if (token?.kind !== 'word') throw this.#unexpected();
    return token.text;
  }

  count(): number {
    const token = this.#tokens[this.#at++];
    if (token?.kind !== 'number') throw this.#unexpected();
    return Number(token.text);
  }

  operator(): Operator {
    if (this.taken('LIKE')) return 'LIKE';
    if (this.taken('IN')) return 'IN';
    if (this.taken('NOT')) {
      this.word('IN');
      return 'NOT IN';
    }
    const token = this.#tokens[this.#at++];
    if (token?.kind !== 'sign' || ['(', ')', ','].includes(token.text)) throw this.#unexpected();
    return (token.text === '<>' ? '!=' : token.text) as Operator;
  }

  literal(): Literal {
    const token = this.#tokens[this.#at++];
    if (!token || token.kind === 'sign') throw this.#unexpected();
    if (token.kind !== 'word')
      return { kind: token.kind, text: token.kind === 'text' ? unquoted(token.text) : token.text };
    const word = token.text.toLowerCase();
    if (word === 'null') return { kind: 'null', text: '' };
    if (word === 'true' || word === 'false') return { kind: 'boolean', text: word };
    throw this.#unexpected();
  }

  end(): void {
    if (this.#at < this.#tokens.length) throw this.#unexpected();
  }

  #unexpected(): SalesforceError {
    return malformed(`unexpected token: ${this.#tokens[Math.min(this.#at, this.#tokens.length - 1)]?.text ?? '<EOF>'}`);
  }
}

const keywords = ['FROM', 'WHERE', 'ORDER', 'LIMIT', 'OFFSET', 'AND', 'OR', 'NOT', 'GROUP', 'HAVING'];

const escapes: Record<string, string> = { n: '\n', r: '\r', t: '\t' };

function unquoted(text: string): string {
  return text.slice(1, -1).replace(/\\(.)/gs, (_, letter: string) => escapes[letter] ?? letter);
}

function malformed(message: string): SalesforceError {
  return new SalesforceError('MALFORMED_QUERY', message);
}
