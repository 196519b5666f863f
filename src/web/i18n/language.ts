import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import { kept } from '../world.ts';

/** The languages there are, by code, each named in itself. Another one: a folder with the same files, and a line here. */
export const languages: Record<string, string> = { en: 'English', sv: 'Svenska' };

/** A language's texts: every file of its folder under the file's name. */
const loaders: Record<string, () => Promise<Record<string, object>>> = {
  en: async () => (await import('./en.ts')).texts,
  sv: async () => (await import('./sv.ts')).texts,
};

/** Loads the texts of the person's language: chosen here before, else the browser's, else English. */
export async function startLanguage(): Promise<void> {
  const wished = [kept.read('language'), ...navigator.languages.map((tag) => tag.slice(0, 2)), 'en'];
  const code = wished.find((each): each is string => each !== null && Object.hasOwn(languages, each)) ?? 'en';
  await i18next.use(initReactI18next).init({
    lng: code,
    resources: { [code]: { translation: await textsOf(code) } },
    interpolation: { escapeValue: false },
    returnNull: false,
  });
  document.documentElement.lang = code;
}

/** Changes the language at once and remembers it in this browser. */
export async function chooseLanguage(code: string): Promise<void> {
  i18next.addResourceBundle(code, 'translation', await textsOf(code));
  await i18next.changeLanguage(code);
  kept.write('language', code);
  document.documentElement.lang = code;
}

/** The person's own form of a language: English dates are not the same everywhere. */
export function localeOf(code: string): string {
  return navigator.languages.find((tag) => tag.split('-')[0] === code) ?? code;
}

async function textsOf(code: string): Promise<Record<string, object>> {
  return (await loaders[code]?.()) ?? {};
}
