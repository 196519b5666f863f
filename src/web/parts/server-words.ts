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
];

/** A sentence of the server in the language of the page; one that has no text here stays as it is. */
export function serverWords(t: TFunction, sentence: string): string {
  for (const [key, form] of known) {
    const found = form.exec(sentence);
    if (found) return t(`said.${key}`, { ...found.groups });
  }
  return sentence;
}
