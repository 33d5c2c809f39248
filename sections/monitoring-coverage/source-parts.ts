import type { Block, MetricRow } from '../../audit/block.ts';
import { missing } from '../../audit/value.ts';
import { unseenPart } from '../shared/vocabulary/unseen.ts';
import { isUnusual } from './datasets.ts';
import type { Facts, Input } from './facts.ts';
import { UNSTARTED } from './heartbeat-figures.ts';

export function metric(
  title: string,
  keys: readonly (string | null)[],
  basis: string,
  id?: string,
): MetricRow {
  return { title, ...(id !== undefined && { id }), figures: keys, basis: [basis] };
}

export function heartbeatBlocks({ heartbeats }: Facts, input: Input): readonly Block[] {
  if (!input.rows.heartbeatGaps.ok)
    return unseenPart('', 'heartbeats and uptime', input.rows.heartbeatGaps, input.bot).blocks;
  if (heartbeats?.unstarted === true)
    return unseenPart('', 'uptime', missing('no_data', UNSTARTED), input.bot).blocks;
  const rows = [
    metric('System uptime', ['uptime'], 'heartbeats', 'EX10'),
    metric('At worst', ['uptime_min'], 'down from the last heartbeat on', 'EX10'),
    metric('At best', ['uptime_max'], 'minutes with an event or a snapshot were not down', 'EX10'),
    metric('Heartbeats', ['heartbeats'], 'all services', 'NA1'),
    metric('Longest silence', ['heartbeat_longest_gap'], 'of one service', 'NA1'),
    metric(
      'Silences over the limit',
      ['heartbeat_gaps'],
      `longer than ${String(input.settings.heartbeatGapS)} s`,
      'NA1',
    ),
  ];
  return [
    { type: 'metrics', columns: ['Value'], rows },
    {
      type: 'table',
      title: 'Services',
      dataset: 'monitoring-coverage.services',
      limit: 12,
      empty: ['No heartbeat was seen.'],
    },
    {
      type: 'table',
      title: 'Silences',
      dataset: 'monitoring-coverage.silences',
      limit: 8,
      empty: ['No silence is longer than two heartbeat intervals.'],
    },
  ];
}

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
