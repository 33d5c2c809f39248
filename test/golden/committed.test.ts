import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { DEFECTS } from '../../local/demo/defects/index.ts';
import { mappableEntities } from '../../sources/database/mapping.ts';

const filesIn = (folder: string): readonly string[] =>
  readdirSync(fileURLToPath(new URL(`./sections/${folder}`, import.meta.url)));

const textFiles = (names: readonly string[]): readonly string[] => names.map((name) => `${name}.txt`).sort();

test('every defect has its golden, and none is left of a defect that is gone', () => {
  expect([...filesIn('defects')].sort()).toEqual(textFiles(DEFECTS.map(({ name }) => name)));
});

test('every entity has the golden of its absence, and none is left of an entity that is gone', () => {
  expect([...filesIn('without')].sort()).toEqual(
    textFiles([...mappableEntities(), 'snapshot', 'all-but-position']),
  );
});
