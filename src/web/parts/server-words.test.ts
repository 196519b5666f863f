import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { TFunction } from 'i18next';
import { appsOwnWords, knownWords, serverWords } from './server-words.ts';

const swedish = JSON.parse(readFileSync(new URL('../i18n/sv/said.json', import.meta.url), 'utf8'));
const t = ((key: string, gaps: Record<string, string>) =>
  swedish[key.replace('said.', '')].replace(/\{\{(\w+)\}\}/g, (_: string, name: string) => gaps[name])) as TFunction;

test('a sentence of the server that has a text is told in the language of the page, any other as it is', () => {
  assert.equal(serverWords(t, 'it has no Email'), 'saknar Email');
  assert.equal(serverWords(t, 'it does not match the filter a-to-b'), 'passar inte filtret');
  assert.equal(serverWords(t, 'the sync goes b-to-a only'), 'synken går åt andra hållet');
  assert.equal(serverWords(t, 'there is no sync people in this workspace'), 'Det finns ingen synk people.');
  assert.match(
    serverWords(t, 'sync people has no record 7; it may have been unlinked or re-created'),
    /^Synken people/,
  );
  assert.equal(
    serverWords(t, 'Stage (select) can be written as text, but text is not always a select'),
    'Stage kan skrivas som text, men inte varje text kan bli Stage',
  );
  assert.equal(
    serverWords(t, 'email = emails: the value for Email is not an e-mail address; correct it'),
    'Värdet för Email har inte den form som fältet vill ha. Rätta det.',
  );
  assert.equal(serverWords(t, 'the app said no'), 'the app said no');
  assert.equal(
    serverWords(t, 'email = emails: Email takes 10 characters and the text has 12; shorten it'),
    'Email rymmer 10 tecken, och texten har 12. Korta den.',
  );
});

test('a sentence names the app that it is about, where that is known', () => {
  const gone = 'the record was deleted in this app; re-create it there, or unlink it';
  assert.match(serverWords(t, gone), /^Posten togs bort i den här appen\./);
  assert.match(knownWords(t, gone, 'Pipedrive') ?? '', /^Posten togs bort i Pipedrive\./);
  assert.equal(knownWords(t, 'HubSpot refused the record: no', 'HubSpot'), null);
});

test('of an app’s refusal its own words are quoted, with the field they are about', () => {
  assert.equal(
    appsOwnWords('HubSpot refused the value for email: Email address … is invalid'),
    'email: Email address … is invalid',
  );
  assert.equal(appsOwnWords('Pipedrive refused the record: Archived deals: no'), 'Archived deals: no');
  assert.equal(appsOwnWords('Salesforce needs a value for Name'), 'Salesforce needs a value for Name');
});
