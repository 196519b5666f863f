import '@fontsource-variable/inter/wght.css';
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './styles.css';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { startLanguage } from './i18n/language.ts';

/** The page begins once its texts are there: no key is ever shown. */
async function main(): Promise<void> {
  await startLanguage();
  const place = document.getElementById('page');
  if (place) createRoot(place).render(<App />);
}

await main();
