import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { cardText, linesOf, MalformedCard, newLine, parameter, parseCard, withLine, withValue } from './vcard-lines.ts';
import { escapeText, foldLine, splitEscaped, unescapeText } from './vcard-text.ts';

const head = 'BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ann\r\n';
const end = 'END:VCARD\r\n';

describe('the lines of a vCard', () => {
  test('a card that nobody edits comes back byte for byte', () => {
    const odd = [
      'begin:vcard',
      'Version:3.0',
      'item1.EMAIL;type=INTERNET;type=pref:a@b.c',
      'item1.X-ABLabel:_$!<Home>!$_',
      'X-Weird;X-A="q;r:x";x-b=1,2:a\\,b\\nc;d',
      'TEL;HOME;VOICE:123',
      'PHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQ',
      ' SkZJRgABAQ==',
      'NOTE:folded',
      '\tby a tab',
      'NOTE;LANGUAGE=sv:åäö 👩‍👩‍👧‍👦',
      'End:vcard',
      '',
    ].join('\r\n');
    assert.equal(cardText(parseCard(odd)), odd);
  });

  test('any lines survive being read and written', () => {
    const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,15}$/).filter((text) => !/^(begin|end)$/i.test(text));
    const value = fc.string({ unit: 'grapheme' }).map((text) => text.replace(/[\r\n]/g, ' '));
    const line = fc.tuple(name, value).map(([key, text]) => foldLine(`${key}:${text}`));
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const text = [head, ...lines.map((each) => `${each}\r\n`), end].join('');
        assert.equal(cardText(parseCard(text)), text);
      }),
    );
  });

  test('line ends of any kind, a byte-order mark and blank lines are read', () => {
    const card = parseCard('\uFEFFBEGIN:VCARD\nVERSION:4.0\n\nNOTE:one\n  two\r\nEND:VCARD');
    assert.equal(card.version, '4.0');
    assert.equal(linesOf(card, 'NOTE')[0]?.value, 'one two');
  });

  test('what is not one whole card is malformed', () => {
    for (const text of [
      '',
      'hello',
      'BEGIN:VCARD\nFN:Ann',
      'BEGIN:VCALENDAR\nEND:VCALENDAR',
      `${head}a line without a colon\r\n${end}`,
      `${head}:a value without a name\r\n${end}`,
      `${head}${end}${head}${end}`,
      'END:VCARD',
      '\u0000\u0001',
      `${head}${'x'.repeat(1_000_000)}\r\n${end}`,
    ]) {
      assert.throws(() => parseCard(text), MalformedCard, text.slice(0, 60));
    }
  });

  test('a nested card of vCard 2.1 keeps its own values to itself', () => {
    const text = 'BEGIN:VCARD\r\nVERSION:2.1\r\nAGENT:\r\nBEGIN:VCARD\r\nTEL:1\r\nEND:VCARD\r\nTEL:2\r\nEND:VCARD\r\n';
    const card = parseCard(text);
    assert.deepEqual(
      linesOf(card, 'TEL').map((line) => line.value),
      ['2'],
    );
    assert.equal(cardText(card), text);
  });

  test('parameters are read in all their forms', () => {
    const types = (line: string) =>
      parameter(linesOf(parseCard(`${head}${line}\r\n${end}`), 'TEL')[0] ?? never(), 'TYPE');
    assert.deepEqual(types('TEL;TYPE=WORK,FAX:1'), ['work', 'fax']);
    assert.deepEqual(types('TEL;type=work;TYPE="fax":1'), ['work', 'fax']);
    assert.deepEqual(types('TEL;WORK;FAX:1'), ['work', 'fax']);
    assert.deepEqual(types('a.TEL;TYPE="work,fax";X="a:b;c":1'), ['work', 'fax']);
    assert.deepEqual(types('TEL;X="never ends;TYPE=WORK:1'), ['work']);
  });

  test('quoted-printable of vCard 2.1 is decoded, soft line breaks and charsets included', () => {
    const text = `BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:M=FCller;J=\r\n=F6rg\r\nNOTE;QUOTED-PRINTABLE:a=0D=0Ab=3D\r\n${end}`;
    const card = parseCard(text);
    assert.equal(linesOf(card, 'N')[0]?.value, 'Müller;Jörg');
    assert.equal(linesOf(card, 'NOTE')[0]?.value, 'a\nb=');
    assert.equal(cardText(card), text);
  });

  test('a line written into a vCard 2.1 reads back, and is plain ASCII', () => {
    const card = parseCard(`BEGIN:VCARD\r\nVERSION:2.1\r\nNOTE;ENCODING=QUOTED-PRINTABLE:old=\r\n\r\n${end}`);
    const text = 'Grüße, 👋\nzweite Zeile; mit Semikolon = '.repeat(5);
    const line = linesOf(card, 'NOTE')[0] ?? never();
    const written = cardText(withLine(card, line, withValue(card, line, escapeText(text))));
    assert.match(written, /^[\r\n\x20-\x7e]*$/);
    assert.equal(unescapeText(linesOf(parseCard(written), 'NOTE')[0]?.value ?? ''), text);
  });
});

describe('the text of a vCard', () => {
  test('any text can be escaped, folded, and read again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (any) => {
        const text = any.replace(/\r\n|\r/g, '\n');
        const card = parseCard(`${head}${end}`);
        const written = cardText(withLine(card, undefined, newLine(card, ['NOTE'], escapeText(text))));
        assert.equal(unescapeText(linesOf(parseCard(written), 'NOTE')[0]?.value ?? ''), text);
      }),
    );
  });

  test('a folded line has at most 75 octets and no broken character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
        const folded = foldLine(`NOTE:${text.replace(/[\r\n]/g, '')}`);
        for (const line of folded.split('\r\n')) {
          assert.ok(Buffer.byteLength(line) <= 75, `${Buffer.byteLength(line)} octets`);
          assert.ok(line.isWellFormed());
        }
      }),
    );
  });

  test('escaped separators do not separate', () => {
    assert.deepEqual(splitEscaped('a\\;b;c\\\\;d', ';'), ['a\\;b', 'c\\\\', 'd']);
    assert.deepEqual(splitEscaped('', ','), ['']);
    assert.equal(unescapeText('http\\://a\\,b\\N\\x'), 'http://a,b\n\\x');
  });
});

function never(): never {
  throw new Error('the line is not there');
}
