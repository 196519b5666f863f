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

test('a document that code speaks of must be here', () => {
  complains('no document', [one('src/lib/a.ts', '// see design.md')]);
  isQuiet([
    {
      'src/lib/a.ts': "// docs/spec.md, spec.md and https://example.com/x.md\nconst a = '../../docs/spec.md';\nvoid a;",
      'docs/spec.md': '',
    },
  ]);
});
