import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { buildPage, needsBuild } from '../../tools/build-page.ts';
import { launchChromium, noBrowser, startRealServer } from './installation.ts';
import { readTrace, traceCategories } from './read-trace.ts';

/** The most compressed JavaScript that a first visit may load, in bytes. */
const MOST_BYTES = 250_000;

const built = fileURLToPath(new URL('../../dist/web/', import.meta.url));

interface Chunk {
  file: string;
  imports?: string[];
}

test('whatever screen is opened first, it loads less than 250 kB of compressed JavaScript', async () => {
  if (needsBuild()) await buildPage();
  const manifest = JSON.parse(readFileSync(`${built}.vite/manifest.json`, 'utf8')) as Record<string, Chunk>;
  const needed = (name: string, seen = new Set<string>()): Set<string> => {
    const chunk = manifest[name];
    if (!chunk || seen.has(chunk.file)) return seen;
    seen.add(chunk.file);
    for (const other of chunk.imports ?? []) needed(other, seen);
    return seen;
  };
  const screens = Object.keys(manifest).filter((name) => name.startsWith('pages/'));
  assert.ok(screens.length > 10, 'screens are loaded one by one');
  for (const screen of screens) {
    const files = new Set([...needed('index.html'), ...needed('i18n/en.ts'), ...needed(screen)]);
    const bytes = [...files].filter((file) => file.endsWith('.js')).reduce((sum, file) => sum + packedBytes(file), 0);
    assert.ok(bytes < MOST_BYTES, `${screen}: ${bytes} bytes`);
  }
});

test('what a first visit costs is told from Chromium’s own trace', { skip: noBrowser }, async (t) => {
  const browser = await launchChromium();
  try {
    const server = await startRealServer();
    try {
      const page = await browser.newPage();
      await browser.startTracing(page, { categories: traceCategories });
      await page.goto(`${server.address}/setup${server.setupHash}`);
      await page.getByRole('button').first().waitFor();
      // What is in the page was not painted yet: the trace ends once the page itself has heard of its largest paint.
      await page.evaluate(
        () =>
          new Promise<void>((painted) => {
            new PerformanceObserver(() => painted()).observe({ type: 'largest-contentful-paint', buffered: true });
          }),
      );
      const { largestPaint, blocked } = readTrace(await browser.stopTracing(), server.address);
      t.diagnostic(`largest paint after ${largestPaint} ms, main thread blocked for ${blocked} ms`);
      assert.ok(largestPaint > 0);
    } finally {
      await server.stop();
    }
  } finally {
    await browser.close();
  }
});

/** As browsers get it over HTTPS or from localhost, where all that read modules take Brotli; small files travel as they are. */
function packedBytes(file: string): number {
  const packed = `${built}${file}.br`;
  return statSync(existsSync(packed) ? packed : `${built}${file}`).size;
}
