/**
 * A record's id, of the values of its key as text. One value stands for itself; several, and one that would be taken for
 * several, are a JSON array: '42', 'SKU-7', '["7","de"]'.
 */
export function idOf(key: readonly (string | null)[]): string {
  const [only] = key;
  const plain = key.length === 1 && typeof only === 'string' && only !== '' && !only.startsWith('[');
  return plain ? only : JSON.stringify(key);
}

/** The values of the key of so many columns; null where the id cannot be one of such a table. */
export function keyOf(id: string, columns: number): string[] | null {
  if (!isStorable(id)) return null;
  if (!id.startsWith('[')) return columns === 1 && id !== '' ? [id] : null;
  try {
    const key: unknown = JSON.parse(id);
    return Array.isArray(key) && key.length === columns && key.every(isText) ? key : null;
  } catch {
    return null;
  }
}

/** Can PostgreSQL hold this text at all? It takes neither NUL nor half a surrogate pair. */
export function isStorable(text: string): boolean {
  return !text.includes('\u0000') && text.isWellFormed();
}

function isText(part: unknown): part is string {
  return typeof part === 'string' && isStorable(part);
}
