import type { TFunction } from 'i18next';

/** Sentences of the server with their texts here; what is named in them fills the text's gaps. */
const known: [key: string, sentence: RegExp][] = [
  ['lacks', /^it has no (?<field>.+)$/],
  ['filteredOut', /^it does not match the filter (?:a-to-b|b-to-a)$/],
  ['leftAlone', /^left alone by a person$/],
  ['otherWay', /^the sync goes (?:the other way|(?:a-to-b|b-to-a) only)$/],
  ['readOnly', /^(?<field>.+) is read-only in its app$/],
  ['transformOneWay', /^its transform does not go this way$/],
  ['firstChoice', /^(?<to>.+) takes the first of (?<from>.+); one choice cannot say what the others were$/],
  ['textOneWay', /^(?<field>.+) \([^()]+\) can be written as text, but text is not always .+$/],
  ['fieldGone', /^a field is not there any more$/],
  ['noSync', /^there is no sync (?<sync>\S+)(?: in this workspace(?: any more)?)?$/],
  ['noApp', /^there is no app (?<app>\S+)$/],
  ['noRun', /^there is no run (?<run>\S+); runs are forgotten with their sync$/],
  ['noPlan', /^the sync (?<sync>\S+) has no plan (?<plan>\S+)$/],
  ['noRecord', /^sync (?<sync>\S+) has no record (?<record>[^\s;]+)(?:; it may have been unlinked or re-created)?$/],
];

/** A sentence of the server in the language of the page; one that has no text here stays as it is. */
export function serverWords(t: TFunction, sentence: string): string {
  for (const [key, form] of known) {
    const found = form.exec(sentence);
    if (found) return t(`said.${key}`, { ...found.groups });
  }
  return sentence;
}
