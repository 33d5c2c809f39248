import { DIMENSIONS } from '../audit/check.ts';
import type { Registry } from '../audit/registry.ts';
import type { Section } from '../audit/section.ts';

/** docs/sections.md: what each section asks, checks and finds, from the definitions themselves. */
export function sectionsReference(registry: Registry): string {
  return [
    '# Sections',
    '',
    'Generated from the definitions by `npm run docs`; do not edit. _Reads_ names the kinds of data that a section is made from: the files of a',
    '[mapping](adding-a-mapping.md), the tables of [`mappings/native/schema.sql`](../mappings/native/schema.sql).',
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
    `Module \`sections/${id}.ts\`. Asks ${names(queries.map((query) => query.id))}.`,
    '',
    ...entityLines(queries.flatMap(({ entities }) => entities)),
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

/** What a bot has to fill to get the section. */
function entityLines(entities: readonly string[]): readonly string[] {
  return entities.length === 0 ? [] : [`Reads ${names([...new Set(entities)].sort())}.`, ''];
}

function names(ids: readonly string[]): string {
  return ids.map((id) => `\`${id}\``).join(', ');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line), ''];
}
