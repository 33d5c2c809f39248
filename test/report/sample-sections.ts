import type { Block, MetricRow } from '../../audit/block.ts';
import type { ReportSection } from '../../audit/report.ts';
import { code, fig, strong, text } from '../../audit/text.ts';
import { FROM, GAP, TO, minute } from './sample-figures.ts';

const window = { from: FROM, to: TO };

export const hours: Extract<Block, { type: 'chart' }> = {
  type: 'chart',
  title: 'Activity by hour',
  subtitle: text`from ${fig('snapshots_observed')} of ${fig('snapshots_expected')} snapshots`,
  window,
  gaps: [GAP],
  alt: 'Bars of positions opened and closed, errors and critical alerts for each hour.',
  chart: {
    kind: 'multiples',
    seen: 'Seen',
    rows: [
      { series: 'timeline.opened', total: 'timeline_opened', tone: 'first' },
      { series: 'timeline.closed', total: 'timeline_closed', tone: 'first' },
      { series: 'timeline.errors', total: 'timeline_errors', tone: 'warning' },
      { series: 'timeline.critical', total: 'timeline_critical', tone: 'bad' },
    ],
  },
};

const lines: Block = {
  type: 'chart',
  title: 'Open positions',
  subtitle: text`by minute, from ${fig('snapshots_observed')} of ${fig('snapshots_expected')} snapshots`,
  window,
  gaps: [GAP],
  alt: 'Two step lines: Binance between 52 and 62, Bybit between 12 and 26.',
  chart: {
    kind: 'line',
    series: [
      { id: 'open.binance', tone: 'first', step: true },
      { id: 'open.bybit', tone: 'second', step: true },
    ],
    limit: { figure: 'max_positions', title: 'limit' },
  },
};

const strip: Block = {
  type: 'chart',
  title: 'Minutes with an unprotected position',
  subtitle: text`from stop changes`,
  window,
  gaps: [GAP],
  alt: 'Seven short intervals, the last one until the end of the window.',
  chart: {
    kind: 'strip',
    tone: 'bad',
    total: 'unprotected_minutes',
    intervals: [
      [40, 42],
      [77, 79],
      [130, 131],
      [220, 223],
      [255, 267],
      [400, 400.4],
      [468, 480],
    ].map(([from = 0, to = 0]) => ({ from: minute(from), to: minute(to) })),
  },
};

const pnl: Block = {
  type: 'chart',
  title: 'Cumulative net PnL',
  subtitle: text`by hour`,
  window,
  gaps: [],
  alt: 'One line from 0 to 212.44.',
  chart: { kind: 'line', series: [{ id: 'pnl.cumulative', tone: 'neutral', step: false }] },
};

function row(title: string, name: string, basis: string): MetricRow {
  return {
    title,
    figures: [`${name}{exchange=binance}`, `${name}{exchange=bybit}`, name],
    basis: text`${basis}`,
  };
}

const section = (
  id: string,
  number: string | null,
  title: string,
  parts: ReportSection['parts'],
): ReportSection => ({
  id,
  number,
  title,
  status: 'ok',
  parts,
});

export const sections: readonly ReportSection[] = [
  section('position-management', '1', 'Position management', [
    {
      title: 'Statistics',
      blocks: [
        {
          type: 'metrics',
          columns: ['Binance', 'Bybit', 'Total'],
          rows: [
            row('Positions opened', 'positions_opened', 'fills'),
            row('Positions closed', 'positions_closed', 'fills'),
            row('Open at the end', 'positions_active', 'exchange, 07:59:58'),
            row('Open failures', 'open_failures', '10 of 217, 95 % interval 2.5 to 8.3'),
            {
              title: 'Margin ratio',
              id: 'P6',
              figures: ['margin_ratio{exchange=binance}', null, 'margin_ratio'],
              basis: text`balances`,
            },
          ],
        },
        lines,
        strip,
      ],
    },
    {
      title: 'Findings',
      blocks: [{ type: 'findings', findings: [], none: text`None of 5 conditions was met.` }],
    },
  ]),
  section('stop-loss', '2', 'Stop-loss management', [
    {
      title: 'Response times',
      blocks: [
        {
          type: 'metrics',
          title: 'Stop set',
          columns: ['P95', 'P99'],
          rows: [
            {
              title: 'Initial stop',
              figures: ['sl_set_ms{stat=p95}', 'sl_set_ms{stat=p99}'],
              basis: text`stop changes`,
            },
          ],
        },
        {
          type: 'note',
          tone: 'warning',
          text: text`Stops are read from ${code('stop_change')}, which is ${strong('bot-reported')}.`,
        },
      ],
    },
    {
      title: 'Findings',
      blocks: [
        {
          type: 'findings',
          findings: ['SL-01/binance/stop-rejected', 'SL-05/binance/cancel-first'],
          none: text`None.`,
        },
      ],
    },
  ]),
  section('aged-positions', '7', 'Aged positions', [
    {
      title: 'Details',
      blocks: [
        {
          type: 'table',
          title: 'Oldest first',
          dataset: 'aged.positions',
          limit: 12,
          empty: text`No position is older than 3 hours.`,
        },
      ],
    },
    { title: 'Findings', blocks: [{ type: 'findings', findings: ['AG-01/bot/unknown'], none: text`None.` }] },
  ]),
  section('pnl', '9', 'PnL', [{ title: 'Course', blocks: [pnl] }]),
  section('hourly-timeline', '14', 'Hourly timeline', [{ title: 'Activity', blocks: [hours] }]),
  section('critical-events', '15', 'Critical events', [
    {
      title: 'Events',
      blocks: [
        { type: 'table', dataset: 'events.none', limit: 50, empty: text`No critical event was recorded.` },
      ],
    },
  ]),
  {
    id: 'monitoring-coverage',
    number: null,
    title: 'Monitoring coverage',
    status: 'failed',
    error: 'relation "snapshot" does not exist',
    parts: [
      {
        title: 'Unavailable',
        blocks: [
          {
            type: 'note',
            tone: 'bad',
            text: text`This section could not be computed: relation "snapshot" does not exist`,
          },
        ],
      },
    ],
  },
  section('recommendations', null, 'Recommendations by priority', [
    {
      title: 'Immediate',
      blocks: [
        {
          type: 'list',
          ordered: true,
          items: [
            {
              lead: text`Place stops for ETHUSDT and SOLUSDT`,
              detail: text`${fig('unprotected_notional')} is without a stop.`,
              finding: 'SL-01/binance/stop-rejected',
            },
          ],
          empty: text`Nothing to do now.`,
        },
      ],
    },
    {
      title: 'Low',
      blocks: [{ type: 'list', ordered: true, items: [], empty: text`Nothing of this priority.` }],
    },
  ]),
  section('positive-findings', null, 'Positive findings', [
    {
      title: 'What worked',
      blocks: [
        {
          type: 'list',
          ordered: false,
          items: [
            {
              lead: text`Uptime ${fig('uptime')}`,
              detail: text`No heartbeat was missed for more than a minute.`,
            },
          ],
          empty: text`Nothing stands out.`,
        },
      ],
    },
  ]),
  section('conclusion', null, 'Conclusion', [
    {
      title: 'Overall assessment',
      blocks: [
        {
          type: 'paragraph',
          text: text`The window fails: ${fig('unprotected_notional')} was open without a stop at 08:00.`,
        },
      ],
    },
    {
      title: 'Next steps',
      blocks: [
        {
          type: 'checklist',
          items: [
            { done: false, text: text`Fix all immediate findings` },
            { done: true, text: text`Evidence is stored` },
          ],
        },
      ],
    },
  ]),
  section('appendix-a', 'A', 'Full statistics', [
    {
      title: 'Numbers at a glance',
      blocks: [
        {
          type: 'glance',
          figures: [
            { key: 'net_pnl', title: 'net PnL' },
            { key: 'margin_ratio', title: 'margin ratio' },
          ],
        },
      ],
    },
  ]),
  section('appendix-c', 'C', 'Queries', [
    {
      title: 'positions',
      blocks: [
        {
          type: 'code',
          title: 'positions: 604 rows',
          language: 'sql',
          text: 'select *\nfrom position\nwhere opened_at < :to\n  and (closed_at is null or closed_at >= :from)',
        },
        { type: 'queries' },
      ],
    },
  ]),
  section('appendix-d', 'D', 'Data files', [{ title: 'Files', blocks: [{ type: 'files' }] }]),
];
