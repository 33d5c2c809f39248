import { ALERT_RULES, CANNOT_WATCH, DATABASE_AWAY } from '../audit/alerts/rules.ts';
import { ALERT_THRESHOLDS } from '../audit/alerts/thresholds.ts';
import { shownMetrics } from '../audit/metrics.ts';

/** Markdown table of every alert: when it fires by default, what it reads, what explains it, what to do. */
export function alertsTable(): string {
  const rules = ALERT_RULES.map(({ id, title, level, reads, inhibitedBy, condition, todo }) =>
    row(
      `\`${id}\``,
      `${title} (${level})`,
      condition(ALERT_THRESHOLDS),
      reads.length === 0
        ? 'the catalogue of the database'
        : reads.map((entity) => `\`${entity}\``).join(', '),
      inhibitedBy.map((cause) => `\`${cause}\``).join(', '),
      todo,
    ),
  );
  const own = [
    [DATABASE_AWAY, 'the database of the bot cannot be read for 10 minutes'] as const,
    [CANNOT_WATCH, 'the query of an alert fails for 10 minutes'] as const,
  ].map(([{ id, title, level, todo }, condition]) =>
    row(
      `\`${id}\``,
      `${title} (${level})`,
      condition,
      '',
      id === CANNOT_WATCH.id ? `\`${DATABASE_AWAY.id}\`` : '',
      todo,
    ),
  );
  return [
    row('Alert', 'What', 'Fires when', 'Reads', 'Not told while', 'What to do'),
    row('---', '---', '---', '---', '---', '---'),
    ...rules,
    ...own,
  ].join('\n');
}

/** Markdown table of the metrics of ours. */
export function metricsTable(): string {
  return [
    row('Metric', 'Kind', 'Labels', 'What'),
    row('---', '---', '---', '---'),
    ...shownMetrics().map(({ name, kind, labels, help }) =>
      row(`\`${name}\``, kind, labels.map((label) => `\`${label}\``).join(', '), help),
    ),
  ].join('\n');
}

function row(...cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
