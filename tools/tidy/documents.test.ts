import { test } from 'node:test';
import { complains, isQuiet, one } from './planted.ts';

test('a link that leads nowhere is a violation, one to a file, a folder or a page is none', () => {
  complains('leads nowhere', [one('README.md', 'see [a](docs/a.md)'), one('docs/a.md', 'see [a](../src/b.ts#x)')]);
  isQuiet([
    {
      'README.md': '[a](docs/a.md#part) [b](docs) [c](https://example.com/x.md) [d](#here)',
      'docs/a.md': '[r](../README.md)',
    },
  ]);
});

test('a page of docs/ that nothing leads to, and a file that a document about the code makes up, are violations', () => {
  complains('no other document leads here', [{ 'README.md': '', 'docs/a.md': '# A' }]);
  complains('no file walk.ts', [{ 'README.md': '[d](docs/decisions)', 'docs/decisions/README.md': 'see `walk.ts`' }]);
  isQuiet([
    {
      'README.md': '[a](docs/a.md) [d](docs/decisions) run `contacts.yaml`',
      'docs/a.md': 'a file of yours: `contacts.yaml`',
      'docs/decisions/README.md': 'see `src/lib/http.ts`, `http.ts`, `seeds/broken-SEED.json`',
      'src/lib/http.ts': '',
    },
  ]);
});

test('a document that code speaks of must be here', () => {
  complains('no document', [one('src/lib/a.ts', '// see design.md')]);
  isQuiet([
    {
      'src/lib/a.ts': "// docs/spec.md, spec.md and https://example.com/x.md\nconst a = '../../docs/spec.md';\nvoid a;",
      'docs/spec.md': '',
    },
  ]);
});
