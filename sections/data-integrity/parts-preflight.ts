import type { Block } from '../../audit/block.ts';
import { isUnusual } from './datasets-preflight.ts';
import type { Input } from './input.ts';

/** A row for each entity that has something to tell; the CSV has all of them. */
function entityBlocks({ entities }: Input): readonly Block[] {
  const unusual = entities.filter(isUnusual).length;
  const good = entities.length - unusual;
  const rest: Block = {
    type: 'paragraph',
    text: [
      `${unusual === 0 ? `All ${String(good)} entities` : `${String(good)} of ${String(entities.length)} entities`} of the mapping could be read, have every column of the contract, and have held rows.`,
    ],
  };
  if (unusual === 0) return entities.length === 0 ? [] : [rest];
  const table: Block = {
    type: 'table',
    title: 'Entities of the mapping with something missing',
    dataset: 'monitoring-coverage.entities',
    limit: unusual,
    empty: ['The mapping was not probed.'],
  };
  return good === 0 ? [table] : [rest, table];
}

export function sourceBlocks(input: Input): readonly Block[] {
  const blocks: Block[] = [
    {
      type: 'table',
      title: 'Sources',
      dataset: 'monitoring-coverage.sources',
      limit: 12,
      empty: ['No source is declared.'],
    },
  ];
  if (input.bot.sources.database === 'none') return blocks;
  const unusable = input.entities.some((state) => state.unknownSpellings.length + state.unusable.length > 0);
  return [
    ...blocks,
    ...entityBlocks(input),
    ...(unusable
      ? [
          {
            type: 'table' as const,
            title: 'Values that could not be used',
            dataset: 'monitoring-coverage.unusable',
            limit: 8,
            empty: ['All values were usable.'],
          },
        ]
      : []),
  ];
}
