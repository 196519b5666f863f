/** A file that cannot be read: the message says which, and why. */
export class Unreadable extends Error {
  override name = 'Unreadable';
}

/** What people make of it when a file cannot be read. */
const reasons: Record<string, string> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a directory',
  EACCES: 'this user may not read it',
};

/** The text of a file that somebody named. Throws {@link Unreadable}. */
export async function textOfFile(path: string, readFile: (path: string) => Promise<string>): Promise<string> {
  try {
    return await readFile(path);
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    throw new Unreadable(`cannot read ${path}: ${reasons[code] ?? message}`);
  }
}
