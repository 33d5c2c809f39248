import { expect, test } from '@jest/globals';
import { decodedHistory, decodedMail, findings } from './haystack.ts';

const SECRET = 'c4n/ry+07=9f8e7d&6c';
const found = (text: string): readonly string[] => findings(new Map([['sink', text]]), { it: SECRET });

test.each([
  ['as it is', `x ${SECRET} y`],
  ['in a URL', `?p=${encodeURIComponent(SECRET)}`],
  ['in HTML', 'c4n/ry+07&#x3D;9f8e7d&amp;6c'],
  ['in base64', Buffer.from(SECRET).toString('base64')],
  ['in base64 after one byte', Buffer.from(`x${SECRET}`).toString('base64')],
  ['in base64 after two bytes, and more behind', Buffer.from(`xy${SECRET} and more`).toString('base64')],
  ['over two lines', `${SECRET.slice(0, 6)}\n   ${SECRET.slice(6)}`],
  ['over a soft line break of a mail', `${SECRET.slice(0, 6)}=\r\n${SECRET.slice(6)}`],
  ['around a soft hyphen', `${SECRET.slice(0, 9)}\u00AD${SECRET.slice(9)}`],
  ['around a place where HTML may break', `${SECRET.slice(0, 9)}<wbr>${SECRET.slice(9)}`],
  ['in a payload', decodedHistory({ events: [{ data: new TextEncoder().encode(`{"a":"${SECRET}"}`) }] })],
  [
    'in a quoted-printable part',
    decodedMail(
      `a: b\r\n\r\n--x\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nc4n/ry+07=3D9f8e7d&6c`,
    ),
  ],
])('a secret is found %s', (_how, text) => {
  expect(found(text)).not.toEqual([]);
});

test('what is not there is not found', () => {
  expect(found('c4n/ry+07 9f8e7d 6c and nothing of it in base64: bm90aGluZw==')).toEqual([]);
});
