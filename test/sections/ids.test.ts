import { expect, test } from '@jest/globals';
import { rowsById } from '../../sections/shared/facts/ids.ts';

test.each<[string, string | null, readonly string[], readonly string[]]>([
  ['as it is spelled', 'a-1', ['a-1', 'A-1'], ['a-1']],
  ['every row that has it', 'a-1', ['a-1', 'a-1'], ['a-1', 'a-1']],
  ['in another case, where one id is left', 'A-1', ['a-1', 'b-2'], ['a-1']],
  ['none where two ids are alike', 'A-a', ['a-A', 'A-A'], []],
  ['none of another id', '01', ['1'], []],
  ['none for a blank', '', ['', 'a-1'], []],
  ['none for none', null, ['a-1'], []],
])('a row is found by its id: %s', (_name, id, ids, found) => {
  expect(rowsById(ids, (one) => one)(id)).toEqual(found);
});
