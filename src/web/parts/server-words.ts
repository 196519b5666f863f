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
  ['badValue', /^(?:.+ = .+: )?the value for (?<field>.+) is not .+; correct it$/],
  ['noStage', /^(?:.+ = .+: )?the stage (?<name>.+) has no partner in (?<field>.+); map it to sync deals in it$/],
  ['noOption', /^(?:.+ = .+: )?the option (?<name>.+) of .+ has no partner in (?<field>.+); map it$/],
  ['mustHave', /^(?<field>.+) must have a value before the record can be made; .+$/],
  ['matchSeveral', /^(?<n>\d+) records of the other app match this one; .+$/],
  ['matchTwin', /^another record of this app matches the same record across; .+$/],
  ['matchMany', /^the record across that matches this one matches others too; .+$/],
  ['matchTaken', /^the record across that matches this one is already in sync with another record of this app; .+$/],
  ['deletedHere', /^the record was deleted in this app; re-create it there, or unlink it$/],
  ['deletedEdited', /^the record was deleted in this app, but edited in the other one since, .+$/],
  ['notMade', /^this app does not let records of this type be made; .+$/],
  ['notChanged', /^this app does not let records of this type be changed; .+$/],
  ['notRemoved', /^this app does not let records of this type be archived or deleted; .+$/],
  ['answerLost', /^it is not known whether Syncline made this record: .+$/],
  ['sameObject', /^both sides are the same object of the same account$/],
  ['nothingFlows', /^(?<names>.+) cannot be written, so nothing can flow$/],
  ['mappedTwice', /^(?<name>.+) is mapped already; a field is mapped once in a sync$/],
  ['mustReconnect', /^the account (?<account>.+) must be connected again; .+$/],
  ['tooLong', /^(?:.+ = .+: )?(?<field>.+) takes (?<most>\d+) characters and the text has (?<length>\d+); shorten it$/],
  ['tooManyDigits', /^(?:.+ = .+: )?(?<field>.+) takes (?<most>\d+) digits and the number has more; correct it$/],
  ['badText', /^(?:.+ = .+: )?the text for (?<field>.+) holds characters that no app can store; correct it$/],
  ['noUser', /^(?:.+ = .+: )?the owner has no user in the other app; .+$/],
  ['transformGivesNone', /^(?:.+ = .+: )?the transform for (?<field>.+?) (?:failed: |makes |gives |names ).+$/],
  ['looping', /^(?<fields>.+) was written back and forth several times within minutes, .+$/],
  ['mergedAcross', /^its partner was merged into a record that is in sync with another one; .+$/],
  ['maybeMade', /^it is not known whether the record was made: .+$/],
  ['changedSince', /^the record changed since the preview that was started, .+$/],
];

/** A sentence of the server in the language of the page; one that has no text here stays as it is. */
export function serverWords(t: TFunction, sentence: string): string {
  return knownWords(t, sentence) ?? sentence;
}

/** The same, null where it has no text. `app`: the one it happened in, where that is known. */
export function knownWords(t: TFunction, sentence: string, app = t('said.thisApp')): string | null {
  for (const [key, form] of known) {
    const found = form.exec(sentence);
    if (found) return t(`said.${key}`, { app, ...found.groups });
  }
  return null;
}

/** What an app said, without the words in which its connector tells that it refused. */
export function appsOwnWords(sentence: string): string {
  const found = /^[^:]+? refused (?:the record|it|the value(?: for (?<field>[^:]+))?): (?<words>.+)$/s.exec(sentence);
  const { field, words = sentence } = found?.groups ?? {};
  return field ? `${field}: ${words}` : words;
}
