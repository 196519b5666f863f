import { useTranslation } from 'react-i18next';
import { appsOwnWords, knownWords } from './server-words.ts';

/**
 * A sentence of the server in the language of the page. One that has no text here is English: what `app` answered is
 * quoted as its own words, and any other one where the page is in another language.
 */
export function ServerSaid({ sentence, app }: { sentence: string; app?: string | undefined }) {
  const { t, i18n } = useTranslation();
  const known = knownWords(t, sentence, app);
  if (known !== null) return known;
  if (app === undefined && i18n.language === 'en') return sentence;
  return (
    <>
      {app === undefined ? t('said.inFull') : t('said.answered', { app })} <q lang="en">{appsOwnWords(sentence)}</q>
    </>
  );
}
