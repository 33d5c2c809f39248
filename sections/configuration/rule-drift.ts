import { text } from '../../audit/text.ts';
import { ms } from '../../audit/time.ts';
import { during } from '../shared/vocabulary/finding-query.ts';
import { num } from '../shared/vocabulary/number.ts';
import { hypothesis, joined, rule, wholeBot } from '../shared/vocabulary/rule.ts';
import { reasonOf } from '../shared/vocabulary/unseen.ts';
import { names, noun } from '../shared/vocabulary/words.ts';
import type { Facts, Together } from './facts.ts';
import { asked, type Input } from './input.ts';
import type { ConfigChangeRow } from './queries.ts';
import { togetherTable } from './statistics.ts';

const HEAD = {
  id: 'CF-02',
  title: 'Configuration drift',
  dimension: 'risk',
  condition: ({ versionsTogetherMin }: Input['settings']) =>
    `a change of settings in the window whose event names no reviewer (MEDIUM), or two versions of one service at once for more than ${String(versionsTogetherMin)} min (HIGH)`,
  effort: 'low',
} as const;

const changed = rule<Facts, Input>()({
  ...HEAD,
  find: ({ unreviewed }) => wholeBot(unreviewed),
  unseen: (_facts, { rows }) => reasonOf(rows.changes),
  from: { basis: 'events', queries: asked('changes') },
  numbers: ({ found }) => ({
    changes: num.count(
      'Changes without a reviewer',
      found.length,
      'events of kind config_changed without approved_by or reviewed_by',
    ),
  }),
  severity: () => 'MEDIUM',
  causes: ({ found }) => [
    hypothesis('one-hand', 'One hand changed them, and no second one is recorded.', [
      'all of them were written by one writer',
      found.some(({ writer }) => writer === null)
        ? null
        : new Set(found.map(({ writer }) => writer)).size === 1,
    ]),
  ],
  otherwise: 'Who changed them, and whether anybody looked at them, is not recorded.',
  occurrence: (row: ConfigChangeRow) => ({ subject: row.name ?? row.type, at: ms(row.at) }),
  evidence: { of: 'configuration.changes', accused: (cell) => cell('reviewed') === null },
  see: ({ input }) =>
    `select at, type, writer, data from event where ${during(input, 'at')} and kind = 'config_changed' order by at limit 40`,
  words: (n, { found }) => ({
    title: text`${n.changes} ${noun(found.length, 'change', 'changes')} of settings without a reviewer`,
    description: text`${names(found.map((row) => row.name ?? row.type))} ${noun(found.length, 'was', 'were')} changed in the window, and no event says who looked at it.`,
    financial: 'Not known: what follows from it stands in the other sections.',
    operational: 'Figures of this window mix what was before the change and after it.',
    risk: 'A setting that nobody reviewed is tried with real positions.',
    detection: 'No alert is known to have fired for the change.',
    recommendation:
      'Have each change looked at by a second person, and write who it was into its event (reviewed_by).',
    verification: 'Every change of the next window names its reviewer.',
  }),
});

const versions = rule<Facts, Input>()({
  ...HEAD,
  find: ({ together }) =>
    wholeBot(together).map((group) => ({ ...group, kind: 'versions', labels: { drift: 'versions' } })),
  from: { basis: 'heartbeats', queries: asked('versions') },
  numbers: ({ found, policy }) => ({
    services: num.count(
      'Services with two versions at once',
      new Set(found.map(({ service }) => service)).size,
      'services of which two versions were heard over one time',
    ),
    longest: num.min(
      'Longest time of two versions',
      Math.max(...found.map(({ from, to }) => to - from)) / 60_000,
      'last heartbeat of the one that ended - first of the one that began',
    ),
    limit: policy('versionsTogetherMin', 'Time that a deployment may take'),
  }),
  // Two instances that beat at once are the same deployment seen by their ids.
  explainedBy: () => [{ rule: 'NA-05' }],
  severity: () => 'HIGH',
  causes: ({ found, input }) => [
    hypothesis('host-missed', 'A deployment missed a host: the older version was still heard at the end.', [
      'both versions were heard in the last minutes of the window',
      found.every(({ to }) => ms(input.window.to) - to <= input.settings.versionsTogetherMin * 60_000),
    ]),
  ],
  otherwise: 'Why two versions ran beside each other is not recorded.',
  occurrence: ({ service, from, to }: Together) => ({ subject: service, at: from, until: to }),
  evidence: {
    id: 'configuration.versions',
    title: 'Two versions of one service at once',
    table: togetherTable,
  },
  see: ({ input }) =>
    `select service, version, instance_id, min(at) as first, max(at) as last, count(*) as heartbeats from heartbeat where ${during(input, 'at')} group by service, version, instance_id order by service, first limit 40`,
  words: (n, { found }) => ({
    title: text`${n.services} ${noun(found.length, 'service', 'services')} ran in two versions at once`,
    description: text`${names(found.map(({ service, versions: [one, other] }) => `${service} ${one} and ${other}`))} were heard beside each other for up to ${n.longest}; a deployment may take ${n.limit}.`,
    financial: 'Not known: which version did what is in no row.',
    operational: 'Two versions may read one setting in two ways.',
    risk: 'One host with an older version is enough to send orders that the newer one never would.',
    detection: 'No alert is known to have fired for it.',
    recommendation:
      'Let an instance refuse to start while another version of its service beats, and end the older one now.',
    verification: text`No service is heard in two versions for more than ${n.limit} in the next window.`,
  }),
});

/** Settings or versions that are not what they were, or not the same everywhere. */
export const drift = joined(changed, versions);
