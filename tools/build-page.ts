import { existsSync, globSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const root = fileURLToPath(new URL('..', import.meta.url));
const web = `${root}src/web`;
const built = `${root}dist/web`;

/** Files smaller than this (bytes) travel as they are. */
const WORTH_PACKING = 1024;

/** Builds the page from src/web into dist/web, with packed forms beside each file. */
export async function buildPage(): Promise<void> {
  const { build } = await import('vite').catch(() => {
    throw new Error("the page cannot be built without development dependencies: run 'npm ci' without --omit");
  });
  const { default: react } = await import('@vitejs/plugin-react');
  // Beside the place it is served from, and put there whole: tests build and serve at the same time.
  const fresh = `${built}.${process.pid}`;
  await build({
    root: web,
    configFile: false,
    logLevel: 'warn',
    publicDir: 'public',
    plugins: [react()],
    build: {
      outDir: fresh,
      emptyOutDir: true,
      target: 'es2022',
      manifest: true,
      // A data: address is no 'self' of the page's policy.
      assetsInlineLimit: 0,
      chunkSizeWarningLimit: 700,
    },
  });
  for (const path of globSync(`${fresh}/**/*.{js,css,html,svg,json}`)) pack(path);
  putInPlace(fresh);
}

function putInPlace(fresh: string): void {
  rmSync(built, { recursive: true, force: true });
  try {
    renameSync(fresh, built);
  } catch (error) {
    // Another process built it too and was quicker: its page is of the same sources.
    if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error;
    rmSync(fresh, { recursive: true });
  }
}

/** Whether src/web changed since it was built. */
export function needsBuild(): boolean {
  const mark = `${built}/index.html`;
  if (!existsSync(mark)) return true;
  const builtAt = statSync(mark).mtimeMs;
  const sources = [...globSync(`${web}/**/*`), `${root}package-lock.json`, fileURLToPath(import.meta.url)];
  return sources.some((path) => statSync(path).isFile() && statSync(path).mtimeMs > builtAt);
}

function pack(path: string): void {
  const bytes = readFileSync(path);
  if (bytes.length < WORTH_PACKING) return;
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
  writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 10 } }));
}

if (import.meta.main) {
  if (!process.argv.includes('--when-needed') || needsBuild()) {
    const start = performance.now();
    await buildPage();
    console.log(`The page is built (${((performance.now() - start) / 1000).toFixed(1)} s).`);
  }
}
