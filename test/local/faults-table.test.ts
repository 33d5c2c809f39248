import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { CLONE } from '../../local/paths.ts';

const ROW = /^\| (S?\d+) +\|.*\| ([^|]+?) +\|$/gm;
const text = readFileSync(join(CLONE, 'docs', 'faults.md'), 'utf8');
const rows = [...text.matchAll(ROW)].map(([, fault = '', proof = '']) => ({ fault, proof }));

test('every fault and every threat of the catalogue has a row, in order', () => {
  const range = (from: number, to: number): readonly number[] =>
    Array.from({ length: to - from + 1 }, (_, n) => from + n);
  expect(rows.map(({ fault }) => fault)).toEqual([
    ...[...range(1, 24), ...range(29, 45), 47].map(String),
    ...range(1, 20).map((threat) => `S${String(threat)}`),
  ]);
});

test.each(rows)('what proves fault $fault is there', ({ proof }) => {
  const scenes = proof.split('; ').map((one) => /^(?:_trial_ )?`([^`]+)`: (.+)$/.exec(one) ?? []);
  for (const [, file = 'no file', scene = 'no scene'] of scenes) {
    const path = join(CLONE, file);
    expect([file, existsSync(path)]).toEqual([file, true]);
    // As it stands in the source, where only quotes are written otherwise.
    const source = readFileSync(path, 'utf8').replaceAll("\\'", "'");
    expect([scene, source.includes(scene)]).toEqual([scene, true]);
  }
});
