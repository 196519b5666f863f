/** The texts of this language: one file per area of the page. */
export const texts: Record<string, object> = Object.fromEntries(
  Object.entries(import.meta.glob<object>('./sv/*.json', { eager: true, import: 'default' })).map(([path, area]) => [
    path.slice(path.lastIndexOf('/') + 1, -'.json'.length),
    area,
  ]),
);
