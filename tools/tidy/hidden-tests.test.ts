import { test } from 'node:test';
import { complains, isQuiet, one } from './planted.ts';

test('a test that is switched off is a violation, one that says why it cannot run is none', () => {
  complains('switched off', [
    one('src/lib/a.test.ts', "test.skip('a', () => {});"),
    one('src/lib/a.test.ts', "it.todo('a');"),
    one('src/lib/a.test.ts', "describe.only('a', () => {});"),
    one('test/a.ts', "test('a', { skip: true }, () => {});"),
    one('test/a.ts', "test('a', { skip: 'slow' }, () => {});"),
    one('test/a.ts', "test('a', (t) => { t.skip(); });"),
    one('test/a.ts', "test('a', (t) => { t.todo('later'); });"),
  ]);
  isQuiet([
    one('test/a.ts', "test('a', { skip: reasonWithoutServer() }, () => {});"),
    one('test/a.ts', "test('a', (t) => { if (!found) return t.skip('Radicale is not installed'); });"),
    one('src/lib/a.ts', 'page.skip(10);'),
  ]);
});
