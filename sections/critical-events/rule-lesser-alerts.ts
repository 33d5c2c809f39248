import { text } from '../../audit/text.ts';
import { ms } from '../../audit/time.ts';
import type { AlertRow } from '../shared/queries/monitoring.ts';
import { during } from '../shared/vocabulary/finding-query.ts';
import { hypothesis, rule, wholeBot } from '../shared/vocabulary/rule.ts';
import { num } from '../shared/vocabulary/number.ts';
import { col, table } from '../shared/vocabulary/table.ts';
import { names, noun } from '../shared/vocabulary/words.ts';
import { rowsOf } from '../shared/vocabulary/unseen.ts';
import type { Facts } from './facts.ts';
import { asked, type Input } from './input.ts';
import { EMERGENCY } from './rule-unalerted.ts';

const said = ({ text: words }: AlertRow): string => words ?? '';

/** Below critical, by a bot that delivers alerts: what it held back on purpose has a reason. */
export const lesserNotDelivered = rule<Facts, Input>()({
  ...EMERGENCY,
  find({ alertRows }, { rows }) {
    const [habits] = rowsOf(rows.alertHabits);
    const lost = alertRows.filter(
      ({ severity, delivered, blocked_reason: reason }) =>
        severity !== 'CRITICAL' && delivered === false && reason === null,
    );
    return (habits?.delivered ?? 0) === 0
      ? []
      : wholeBot(lost).map((group) => ({ ...group, kind: 'lesser', labels: { cause: 'lesser' } }));
  },
  from: { basis: 'alert log', queries: asked('alerts', 'alertHabits') },
  numbers: ({ found }) => ({
    alerts_lost: num.count('Alerts below critical not delivered', found.length, {
      formula: 'alerts above INFO and below CRITICAL, not delivered and without a reason for it',
    }),
  }),
  severity: () => 'LOW',
  causes: ({ facts: { alertRows } }) => [
    hypothesis('path-down', 'The alert path was down: no alert of the window was delivered.', [
      'no alert above INFO of the window was delivered',
      !alertRows.some(({ delivered }) => delivered === true),
    ]),
  ],
  otherwise: 'Other alerts were delivered; why these were not is not recorded.',
  occurrence: (alert) => ({
    subject: `${said(alert).slice(0, 60)} ${alert.symbol ?? ''}`.trim() || 'alert',
    at: ms(alert.at),
  }),
  evidence: {
    id: 'critical-events.lesser-alerts',
    title: 'Alerts below critical that were not delivered',
    table: table<AlertRow>({
      at: col.time('At', ({ at }) => ms(at)),
      severity: col.text('Severity', ({ severity }) => severity),
      text: col.text('Text', said),
      channel: col.text('Channel', ({ channel }) => channel),
    }),
  },
  see: ({ input }) =>
    `select at, severity, text, symbol, channel, delivered from alert where ${during(input, 'at')} and not delivered order by at`,
  words: (n, { found }) => ({
    title: text`${n.alerts_lost} ${noun(found.length, 'alert')} below critical reached nobody`,
    description: text`${names(found.map(said)) || 'Alerts without a text'}: raised, and not delivered, without a reason for it.`,
    financial: 'None by itself.',
    operational: 'Nobody was told what the bot wanted to tell.',
    risk: 'A critical alert may be lost by the same fault.',
    detection: 'The alerts fired, and nobody received them.',
    recommendation: 'Repair the channel, and send a test alert each night.',
    verification: 'Every alert of the next window is delivered, or has a reason why not.',
  }),
});
