import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectors } from '../src/connectors/registry.ts';
import { words } from '../src/web/i18n/app-words-sv.ts';

test('what connectors say of their apps is there in Swedish, and nothing else is', () => {
  const said = connectors.flatMap(({ app, auth, settings = [], limits }) => [
    app.about,
    app.notices,
    ...limits.map(({ name }) => name),
    ...(auth.kind === 'oauth2' ? auth.oauth.scopes.map(({ why }) => why) : []),
    ...[...(auth.secrets ?? []), ...settings].flatMap(({ label, help }) => [label, ...(help ? [help] : [])]),
  ]);
  assert.deepEqual(Object.keys(words).sort(), [...new Set(said)].sort());
});
