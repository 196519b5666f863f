import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { Values } from '../../model/value.ts';
import { editCard, newCard } from './card-edit.ts';
import { cardValues } from './card-values.ts';
import { fields, refusalOf } from './fields.ts';
import { cardText, parseCard } from './vcard-lines.ts';

const all = fields.map((field) => field.name);

describe('editing a card', () => {
  test('only the lines of what is written change', () => {
    const before = lines(
      'item1.EMAIL;type=INTERNET;type=pref:old@example.com',
      'item1.X-ABLabel:_$!<Work>!$_',
      'EMAIL;TYPE=HOME:home@example.com',
      'X-SOCIALPROFILE;type=twitter;x-user=ann:http://twitter.com/ann',
      'item2.ADR;type=HOME:;;1 Way\\, up;Town;;123;Land',
      'item2.X-ABADR:de',
      'X-UNKNOWN;A="b:c":d\\;e,f',
      'REV:20200101T000000Z',
    );
    const after = edit(before, { email: 'new@example.com', title: 'Boss' });
    const expected = before
      .replace('old@example.com', 'new@example.com')
      .replace('END:VCARD', 'TITLE:Boss\r\nEND:VCARD');
    assert.equal(after, expected);
  });

  test('writing what is there already changes nothing', () => {
    const before = lines(
      'EMAIL;TYPE=HOME:home@example.com',
      'item1.EMAIL;type=INTERNET;type=pref:work@example.com',
      'item1.X-ABLabel:Desk',
      'TEL;VALUE=uri;TYPE="voice,cell":tel:+46-70-1;ext=5',
      'ADR;TYPE=WORK:Box 1;Floor 2;Way 3;Town;Region;123;Land',
      'BDAY;VALUE=date:1985-04-12',
      'ORG:ACME;Sales',
      'NICKNAME:Annie,Ann-Marie',
      'CATEGORIES:friend,a\\,b',
      'URL:http\\://example.com/?a\\,b',
      'NOTE:one\\ntwo',
    );
    const { uid: _, ...values } = cardValues(parseCard(before), all);
    assert.equal(edit(before, values), before);
  });

  test('what is written is what is read, for any text', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 120 }).map(
      (each) =>
        `x${each
          .replace(/\r\n?/g, '\n')
          .replace(/\p{Cc}/gu, ' ')
          .trim()}`,
    );
    const label = fc.constantFrom('home', 'work', 'cell', 'home fax', 'Boat house', 'ö');
    const entry = fc.tuple(text, label).map(([value, of]) => ({ value, label: of }));
    const list = fc.uniqueArray(entry, { minLength: 1, maxLength: 4, selector: (each) => each.value });
    const values = fc.record(
      {
        title: text,
        note: text,
        org: text,
        nickname: text.map((each) => each.replace(/,\s*/g, ' ').trim()),
        emails: list,
        phones: list,
      },
      { requiredKeys: [], noNullPrototype: true },
    );
    fc.assert(
      fc.property(fc.array(values, { maxLength: 4 }), fc.constantFrom('3.0', '4.0'), (edits, version) => {
        let card = parseCard(cardText(newCard('u', {})).replace('3.0', version));
        for (const edited of edits) {
          card = parseCard(cardText(editCard(card, edited as Values)));
          assert.deepEqual(cardValues(card, Object.keys(edited)), edited);
        }
      }),
    );
  });

  test('a new card has what its version demands', () => {
    assert.equal(
      cardText(newCard('u1', { first_name: 'Ann', last_name: 'Lee', prefix: 'Dr.' })),
      'BEGIN:VCARD\r\nVERSION:3.0\r\nUID:u1\r\nN:Lee;Ann;;Dr.;\r\nFN:Dr. Ann Lee\r\nEND:VCARD\r\n',
    );
    assert.match(cardText(newCard('u2', { email: 'a@b.c' })), /\r\nN:;;;;\r\nFN:a@b.c\r\n/);
    assert.match(cardText(newCard('u3', {})), /\r\nFN:\r\n/);
  });

  test('a date is written the way its version writes it, and parameters that spoke of the old one go', () => {
    const before = lines('BDAY;VALUE=date;X-APPLE-OMIT-YEAR=1604:1604-04-12');
    assert.match(edit(before, { birthday: '1985-04-12' }), /\r\nBDAY:1985-04-12\r\n/);
    assert.match(edit(before.replace('3.0', '4.0'), { birthday: '1985-04-12' }), /\r\nBDAY:19850412\r\n/);
    assert.doesNotMatch(edit(before, { birthday: null }), /BDAY/);
  });

  test('the first part of an organization changes and its units stay', () => {
    assert.match(edit(lines('ORG:ACME;Sales;North'), { org: 'A;B' }), /\r\nORG:A\\;B;Sales;North\r\n/);
    assert.match(edit(lines('ORG:ACME;Sales'), { org: null }), /\r\nORG:;Sales\r\n/);
    assert.doesNotMatch(edit(lines('ORG:ACME'), { org: null }), /ORG/);
  });

  test('a web address keeps nothing that a server could cut it at', () => {
    assert.match(
      edit(lines(), { url: 'https://a.example/x,y z?q=1;2' }),
      /\r\nURL:https:\/\/a.example\/x%2Cy%20z\?q=1;2\r\n/,
    );
  });
});

describe('names', () => {
  const named = (n: string, fn: string, values: Values) => {
    const card = editCard(
      parseCard(lines().replace('N:Lee;Ann;;;', `N:${n}`).replace('FN:Ann Lee', `FN:${fn}`)),
      values,
    );
    const { full_name, first_name, last_name } = cardValues(card, all);
    return [full_name, first_name, last_name];
  };

  test('a full name that was the parts joined follows them, in the same form', () => {
    assert.deepEqual(named('Lee;Ann;;;', 'Ann Lee', { last_name: 'Berg' }), ['Ann Berg', 'Ann', 'Berg']);
    assert.deepEqual(named('Lee;Ann;;;', 'Lee, Ann', { last_name: 'Berg' }), ['Berg, Ann', 'Ann', 'Berg']);
    assert.deepEqual(named('Lee;Ann;M.;Dr.;', 'Dr. Ann M. Lee', { first_name: 'Eva' }), [
      'Dr. Eva M. Lee',
      'Eva',
      'Lee',
    ]);
    assert.deepEqual(named(';;;;', 'ann@example.com', { last_name: 'Lee' }), ['ann@example.com', null, 'Lee']);
  });

  test('a full name of another kind stays', () => {
    assert.deepEqual(named('Lee;Ann;;;', 'The Boss', { last_name: 'Berg' }), ['The Boss', 'Ann', 'Berg']);
    assert.deepEqual(named('Lee;Ann;;;', 'The Boss', { full_name: 'The Big Boss' }), ['The Big Boss', 'Ann', 'Lee']);
  });

  test('the parts follow a full name that was the parts joined', () => {
    assert.deepEqual(named('Lee;Ann;;;', 'Ann Lee', { full_name: 'Ann Berg' }), ['Ann Berg', 'Ann', 'Berg']);
    assert.deepEqual(named('Lee;Ann Marie;;;', 'Ann Marie Lee', { full_name: 'Ann Marie van der Berg' }), [
      'Ann Marie van der Berg',
      'Ann Marie',
      'van der Berg',
    ]);
    assert.deepEqual(named('Lee;Ann;;;', 'Lee Ann', { full_name: 'Lee Eva' }), ['Lee Eva', 'Eva', 'Lee']);
    assert.deepEqual(named(';;;;', '', { full_name: 'Ludwig van Beethoven' }), [
      'Ludwig van Beethoven',
      'Ludwig',
      'van Beethoven',
    ]);
    assert.deepEqual(named(';;;;', '', { full_name: 'Cher' }), ['Cher', 'Cher', null]);
  });

  test('both given are both taken', () => {
    assert.deepEqual(named('Lee;Ann;;;', 'Ann Lee', { full_name: 'A. Berg', last_name: 'Berg' }), [
      'A. Berg',
      'Ann',
      'Berg',
    ]);
  });

  test('a name that stood in for a missing one gives way to a real one', () => {
    const card = editCard(newCard('u', { email: 'a@b.c' }), { first_name: 'Ann', last_name: 'Lee' });
    assert.equal(cardValues(card, ['full_name']).full_name, 'Ann Lee');
    assert.equal(cardValues(editCard(newCard('u', { email: 'a@b.c' }), { email: 'x@b.c' }), all).full_name, 'x@b.c');
    assert.equal(cardValues(editCard(card, { first_name: null, last_name: null }), all).full_name, 'a@b.c');
  });

  test('other parts of the name, and several names in a part, stay as they are written', () => {
    const before = lines().replace('N:Lee;Ann;;;', 'N:Lee;Ann;Philip,Paul;Dr.;Jr.,M.D.');
    assert.match(edit(before, { first_name: 'Eva' }), /\r\nN:Lee;Eva;Philip,Paul;Dr.;Jr.,M.D.\r\n/);
  });
});

describe('lists', () => {
  const phones = ['item1.TEL;type=pref:1', 'item1.X-ABLabel:Boat house', 'TEL;TYPE=HOME,VOICE:2', 'TEL;TYPE=CELL:3'];

  test('an entry keeps its line where its value or its label is still there', () => {
    const after = edit(lines(...phones), {
      phones: [
        { value: '1', label: 'Boat house' },
        { value: '22', label: 'home' },
        { value: '3', label: 'work' },
      ],
    });
    assert.equal(
      after,
      lines(...phones)
        .replace('VOICE:2', 'VOICE:22')
        .replace('TYPE=CELL', 'TYPE=WORK'),
    );
  });

  test('entries without labels keep those they have', () => {
    const after = edit(lines(...phones), { phones: [{ value: '1' }, { value: '2' }, { value: '33' }] });
    assert.equal(after, lines(...phones).replace('CELL:3', 'CELL:33'));
  });

  test('a removed entry takes its label with it, and an emptied list all of them', () => {
    const after = edit(lines(...phones), { phones: [{ value: '2', label: 'home' }] });
    assert.equal(after, lines('TEL;TYPE=HOME,VOICE:2'));
    assert.equal(edit(lines(...phones), { phones: null }), lines());
  });

  test('another order is kept, and only the first is preferred', () => {
    const wanted = [
      { value: '3', label: 'cell' },
      { value: '1', label: 'Boat house' },
      { value: '2', label: 'home' },
    ];
    const after = edit(lines(...phones), { phones: wanted });
    assert.deepEqual(cardValues(parseCard(after), ['phones']).phones, wanted);
    assert.equal(after.match(/pref/gi)?.length, 1);
  });

  test('email and phone are the first of their lists; writing one keeps the others', () => {
    const card = (...values: Values[]) =>
      cardValues(values.reduce(editCard, parseCard(lines(...phones))), ['phone', 'phones']);
    const numbers = (values: Values) => (values.phones as { value: string }[]).map((entry) => entry.value);
    assert.equal(card().phone, '1');
    assert.deepEqual(numbers(card({ phone: '9' })), ['9', '2', '3']);
    assert.deepEqual(numbers(card({ phone: '3' })), ['3', '1', '2'], 'one that is there is moved, not added twice');
    assert.deepEqual(numbers(card({ phone: null })), ['2', '3']);
    assert.deepEqual(card({ phones: null }, { phone: '5' }).phones, [{ value: '5' }]);
  });

  test('a label of one’s own is written as Apple does, in a group that is free', () => {
    const after = edit(lines('item1.URL:x', 'TEL:1'), { phones: [{ value: '1', label: 'Summer' }] });
    assert.match(after, /\r\nitem2.TEL:1\r\n/);
    assert.match(after, /\r\nitem2.X-ABLabel:Summer\r\n/);
    assert.match(edit(after, { phones: [{ value: '1', label: 'mobile' }] }), /\r\nitem2.TEL;TYPE=CELL:1\r\n/);
  });

  test('addresses are text that converts back without loss', () => {
    const part = fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => text.replace(/\p{Cc}/gu, ' ').trim());
    fc.assert(
      fc.property(fc.array(part, { minLength: 7, maxLength: 7 }), (parts) => {
        if (parts.every((each) => each === '')) return;
        const value = parts.map((each) => each.replace(/[\\,;]/g, '\\$&')).join(';');
        const values = cardValues(parseCard(lines(`ADR:${value}`)), ['addresses']);
        assert.ok(edit(lines(), values).replace(/\r\n /g, '').includes(`\r\nADR:${value}\r\n`));
      }),
    );
    const shown = (line: string) => cardValues(parseCard(lines(line)), ['addresses']).addresses;
    assert.deepEqual(shown('ADR;TYPE=WORK:;;Main Street 1;Town;;123;Land'), [
      { value: 'Main Street 1; Town; ; 123; Land', label: 'work' },
    ]);
    assert.deepEqual(shown('ADR:Box 5;;;Town'), [{ value: 'Box 5; ; ; Town; ; ;' }]);
    assert.match(
      edit(lines(), { addresses: [{ value: 'Main Street 1, Town' }] }),
      /\r\nADR:;;Main Street 1\\, Town;;;;\r\n/,
    );
  });
});

describe('reading and refusing values', () => {
  test('D2 a birthday that is no whole date is absent, never empty, and stays on the card', () => {
    for (const birthday of ['--0412', '--04-12', '1985-04', '1985', '---12', 'circa 1800', '1985-02-30']) {
      const card = parseCard(lines(`BDAY:${birthday}`));
      assert.equal('birthday' in cardValues(card, all), false, birthday);
      assert.match(cardText(editCard(card, { title: 'x' })), new RegExp(`\r\nBDAY:${birthday}\r\n`));
    }
    const read = (line: string) => cardValues(parseCard(lines(line)), all).birthday;
    assert.equal('birthday' in cardValues(parseCard(lines('BDAY;X-APPLE-OMIT-YEAR=1604:1604-04-12')), all), false);
    assert.equal(read('BDAY:19850412'), '1985-04-12');
    assert.equal(read('BDAY;VALUE=date-time:1985-04-12T10:00:00Z'), '1985-04-12');
    assert.equal(read('X:y'), null);
  });

  test('values that a card cannot hold are refused, and named', () => {
    const cases: [Values, string, string][] = [
      [{ note: 'a\u0000b' }, 'invalid-value', 'note'],
      [{ note: 'a\u000bb' }, 'invalid-value', 'note'],
      [{ org: 'a\ud800b' }, 'invalid-value', 'org'],
      [{ emails: [{ value: 'a\u0001' }] }, 'invalid-value', 'emails'],
      [{ birthday: '2026-02-30' }, 'invalid-value', 'birthday'],
      [{ email: ['a@b.c'] }, 'invalid-value', 'email'],
      [{ phones: '1' }, 'invalid-value', 'phones'],
      [{ title: true }, 'invalid-value', 'title'],
      [{ shoe_size: '43' }, 'schema-changed', 'shoe_size'],
      [{ uid: 'x' }, 'read-only', 'uid'],
    ];
    for (const [values, category, field] of cases) {
      const refusal = refusalOf(values, 'update');
      assert.deepEqual([refusal?.kind, refusal?.category, refusal?.field], ['invalid', category, field]);
    }
    assert.equal(refusalOf({ uid: 'x', note: 'tab\tand\nbreak', title: null, categories: ['a'] }, 'create'), null);
  });
});

function lines(...more: string[]): string {
  return ['BEGIN:VCARD', 'VERSION:3.0', 'UID:u', 'FN:Ann Lee', 'N:Lee;Ann;;;', ...more, 'END:VCARD', ''].join('\r\n');
}

function edit(text: string, values: Values): string {
  return cardText(editCard(parseCard(text), values));
}
