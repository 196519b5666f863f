import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Failure } from '../../connector/failure.ts';
import { readError, readMultistatus } from './multistatus.ts';
import { parseXml } from './xml.ts';

describe('WebDAV answers', () => {
  test('namespaces are resolved, whatever prefix a server likes and wherever it declares it', () => {
    const answers = [
      '<multistatus xmlns="DAV:"><response><href>/a</href><propstat><prop><getetag>"1"</getetag><x:getetag xmlns:x="urn:x">no</x:getetag></prop><status>HTTP/1.1 200 OK</status></propstat></response><sync-token>t</sync-token></multistatus>',
      '<?xml version="1.0"?>\n<D:multistatus xmlns:D="DAV:">\n<D:response><D:href>\n/a\n</D:href><D:propstat><D:prop><getetag xmlns="DAV:">"1"</getetag></D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>\n<y:sync-token xmlns:y="DAV:">t</y:sync-token></D:multistatus>',
      '<ns0:multistatus xmlns:ns0="DAV:"><ns0:response><ns0:href>/a</ns0:href><ns0:propstat><ns0:prop><ns0:getetag>"1"</ns0:getetag></ns0:prop></ns0:propstat></ns0:response><ns0:sync-token>t</ns0:sync-token></ns0:multistatus>',
    ];
    for (const answer of answers) {
      const { resources, syncToken } = readMultistatus(answer);
      assert.equal(syncToken, 't');
      assert.deepEqual(
        resources.map(({ href, properties }) => [href, properties.get('{DAV:}getetag')?.text]),
        [['/a', '"1"']],
      );
    }
  });

  test('properties that a resource lacks are not taken for it, and a status for several resources is theirs', () => {
    const missing = '<propstat><prop><getetag/></prop><status>HTTP/1.1 404 Not Found</status></propstat>';
    const answer = `<multistatus xmlns="DAV:"><response><href>/a</href>${missing}</response><response><href>/b</href><href>/c</href><status>HTTP/1.1 404 Not Found</status></response></multistatus>`;
    const { resources } = readMultistatus(answer);
    assert.deepEqual(
      resources.map(({ href, status, properties }) => [href, status, properties.size]),
      [
        ['/a', undefined, 0],
        ['/b', 404, 0],
        ['/c', 404, 0],
      ],
    );
  });

  test('text comes as it was written: entities, CDATA, blanks, line ends', () => {
    const text = '<a>x &amp;&lt;&#x1F600;&#13;\n <![CDATA[<b>&amp;]]> y </a>';
    assert.equal(parseXml(text)?.text, 'x &<😀\r\n <b>&amp; y ');
    assert.equal(parseXml(`<a>${'&amp;&#13;'.repeat(50_000)}</a>`)?.text.length, 100_000);
  });

  test('what is not one whole document is no answer', () => {
    for (const text of ['', 'hello', '<a>', '<a><b></a>', '<a/><b/>', '<html><br></html>', '<a>&unknown</b>']) {
      assert.equal(parseXml(text), null, text);
      assert.throws(() => readMultistatus(text), Failure, text);
    }
    assert.throws(() => readMultistatus('<html/>'), Failure);
  });

  test('conditions of an error are named, with the address they hold', () => {
    const error =
      '<D:error xmlns:D="DAV:"><C:no-uid-conflict xmlns:C="urn:ietf:params:xml:ns:carddav"><D:href>/x.vcf</D:href></C:no-uid-conflict></D:error>';
    assert.deepEqual(readError(error), {
      conditions: ['{urn:ietf:params:xml:ns:carddav}no-uid-conflict'],
      href: '/x.vcf',
    });
    for (const text of ['', 'Bad Request', '<html/>']) assert.deepEqual(readError(text).conditions, []);
  });

  test('an answer that is made to choke its reader is no answer', () => {
    const entities = `<!ENTITY b "${'x'.repeat(1000)}"><!ENTITY c "${'&b;'.repeat(1000)}"><!ENTITY d "${'&c;'.repeat(1000)}">`;
    assert.ok((parseXml(`<!DOCTYPE a [${entities}]><a>&d;</a>`)?.text.length ?? 0) < 1_000_000);
    assert.equal(parseXml(`${'<a>'.repeat(50_000)}${'</a>'.repeat(50_000)}`), null);
  });
});
