import { DIMENSIONS } from '../audit/check.ts';
import type { Registry } from '../audit/registry.ts';
import type { Section } from '../audit/section.ts';

/** docs/sections.md: what each section asks, checks and finds, from the definitions themselves. */
export function sectionsReference(registry: Registry): string {
  return [
    '# Sections',
    '',
    'Generated from the definitions by `npm run docs`; do not edit.',
    '',
    ...registry.sections.flatMap(sectionLines),
  ]
    .join('\n')
    .trimEnd()
    .concat('\n');
}

function sectionLines({ id, number, title, queries, checks, rules }: Section): readonly string[] {
  return [
    `## ${number === null ? title : `${number} ${title}`}`,
    '',
    `Module \`sections/${id}.ts\`. Asks ${queries.map((query) => `\`${query.id}\``).join(', ')}.`,
    '',
    ...table(
      ['Check', 'What', 'Score', 'Weight'],
      checks.map((check) => [check.id, check.title, DIMENSIONS[check.dimension], String(check.weight)]),
    ),
    ...table(
      ['Rule', 'What', 'Condition', 'Caps'],
      rules.map((rule) => [rule.id, rule.title, rule.condition(), DIMENSIONS[rule.dimension]]),
    ),
  ];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line), ''];
}
