import { XMLParser, XMLValidator } from 'fast-xml-parser';

/** An element with its namespace resolved, so that it does not matter which prefix a server likes. */
export interface Element {
  /** `{namespace}name`, as in `{DAV:}href`. */
  name: string;
  /** All text inside, in order. */
  text: string;
  children: Element[];
}

/** The root element of an XML text, or null where it is not one whole document that can be read. */
export function parseXml(text: string): Element | null {
  try {
    // The parser itself takes a text that breaks off for a whole one, and half a listing must never pass for a full one.
    if (XMLValidator.validate(text) !== true) return null;
    const roots = elementsOf(parser.parse(text), {});
    return roots.length === 1 ? (roots[0] ?? null) : null;
  } catch {
    // Entities that explode, elements nested without end.
    return null;
  }
}

/** The element's children of this name. */
export function childrenOf(element: Element, name: string): Element[] {
  return element.children.filter((child) => child.name === name);
}

/** The element's first child of this name. */
export function childOf(element: Element | undefined, name: string): Element | undefined {
  return element?.children.find((child) => child.name === name);
}

/** Text for the inside of an element. */
export function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

const textKey = '#text';
const attributesKey = ':@';
const attributePrefix = '@';

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: attributePrefix,
  textNodeName: textKey,
  trimValues: false,
  parseTagValue: false,
  parseAttributeValue: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  // Numeric entities (&#13;) are decoded only with this.
  htmlEntities: true,
});

/** What the parser gives for a node: its content under its name, and its attributes. */
type RawNode = Record<string, RawNode[] | string | Record<string, string>>;

function elementsOf(nodes: RawNode[], scope: Record<string, string>): Element[] {
  return nodes.flatMap((node) => {
    const tag = Object.keys(node).find((key) => key !== attributesKey && key !== textKey);
    if (tag === undefined) return [];
    const inside = innerScope(scope, (node[attributesKey] ?? {}) as Record<string, string>);
    const content = node[tag] as RawNode[];
    const colon = tag.indexOf(':');
    const namespace = inside[tag.slice(0, Math.max(colon, 0))] ?? '';
    const text = content.map((part) => (typeof part[textKey] === 'string' ? part[textKey] : '')).join('');
    return { name: `{${namespace}}${tag.slice(colon + 1)}`, text, children: elementsOf(content, inside) };
  });
}

/** Namespaces by prefix; '' is the default one. */
function innerScope(scope: Record<string, string>, attributes: Record<string, string>): Record<string, string> {
  const declared = Object.entries(attributes).filter(([name]) => /^@xmlns(:|$)/.test(name));
  if (declared.length === 0) return scope;
  return { ...scope, ...Object.fromEntries(declared.map(([name, uri]) => [name.slice('@xmlns:'.length), uri])) };
}
