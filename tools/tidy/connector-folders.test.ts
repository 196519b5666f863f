import { test } from 'node:test';
import { complains, isQuiet } from './planted.ts';

test('a connector folder that lacks a part is a violation', () => {
  const folder = 'src/connectors/hubspot/';
  const parts = ['connector.ts', 'connector.test.ts', 'simulator.ts', 'README.md', 'icon.svg'];
  const complete = Object.fromEntries(parts.map((part) => [folder + part, '']));
  isQuiet([complete]);
  for (const part of parts) {
    const { [folder + part]: _left, ...rest } = complete;
    complains(`${part.replace('.', '\\.')}:1 is missing`, [rest]);
  }
  const { [`${folder}simulator.ts`]: _left, ...real } = complete;
  isQuiet([{ ...real, [`${folder}README.md`]: '# X\n\nNo simulator: tests run the real server.' }]);
});
