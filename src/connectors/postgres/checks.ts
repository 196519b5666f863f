/**
 * The texts of a simple check ("status in ('new', 'won')"), which PostgreSQL shows as
 * CHECK (((status)::text = ANY ((ARRAY['new'::character varying, 'won'::character varying])::text[]))); null for others.
 */
export function listedIn(definition: string, column: string): string[] | null {
  const whole =
    /^CHECK \(\(+(?:"((?:[^"]|"")+)"|([\p{L}_][\p{L}\d_$]*))\)?(?:::[\w ]+)? = ANY \(+ARRAY\[(.*?)\]\)*(?:::[\w ]+\[\])?\)+(?: NOT VALID)?$/su.exec(
      definition,
    );
  const name = whole?.[1]?.replaceAll('""', '"') ?? whole?.[2];
  if (!whole || (name !== column && name !== 'VALUE')) return null;
  const rest = (whole[3] ?? '').replace(/(?:^|, )\(?'((?:[^']|'')*)'(?:::[\w ]+(?:\(\d+\))?)?\)?(?:::[\w ]+)?/g, '');
  if (rest !== '') return null;
  return [...(whole[3] ?? '').matchAll(/(?:^|, )\(?'((?:[^']|'')*)'/g)].map((part) =>
    (part[1] ?? '').replaceAll("''", "'"),
  );
}
