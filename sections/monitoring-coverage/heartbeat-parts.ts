import type { Block, MetricRow } from '../../audit/block.ts';
import { missing } from '../../audit/value.ts';
import { unseenPart } from '../shared/vocabulary/unseen.ts';
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
