import { defineSection } from '../audit/define-section.ts';
import { tableBlock } from './shared/vocabulary/table.ts';
import { findingsPart, unseenPart } from './shared/vocabulary/unseen.ts';
import { checks } from './websocket-health/checks.ts';
import { factsOf } from './websocket-health/facts.ts';
import { asked, queries, settings, uses } from './websocket-health/input.ts';
import { tradedBlind } from './websocket-health/rule-blind.ts';
import { notResynced } from './websocket-health/rule-resync.ts';
import { silentStream } from './websocket-health/rule-silent.ts';
import { reconnectStorm } from './websocket-health/rule-storm.ts';
import { lowUptime } from './websocket-health/rule-uptime.ts';
import { connections, longestFirst, lossTable, streamTable, uptime } from './websocket-health/statistics.ts';

/** Section 4: whether the bot's streams were open, and what it did while they were not (catalogue 3.5 and 4.4). */
export const websocketHealth = defineSection({
  id: 'websocket-health',
  number: '4',
  title: 'WebSocket health',
  settings,
  queries,
  uses,
  facts: factsOf,
  figures(facts, input, out) {
    for (const group of [connections, uptime]) group(facts, input).define(out);
    const from = asked('events', 'states');
    out.dataset(
      streamTable.of({ id: 'websocket-health.streams', title: 'Streams', queries: from }, facts.streams),
    );
    const losses = longestFirst(facts.losses);
    out.dataset(
      lossTable.of({ id: 'websocket-health.losses', title: 'Losses of streams', queries: from }, losses),
    );
  },
  checks,
  rules: [lowUptime, silentStream, notResynced, tradedBlind, reconnectStorm],
  unseen: ({ unseen }) => unseen,
  parts(facts, input, out, findings, rules) {
    if (facts.unseen)
      return [
        unseenPart('Connection statistics', 'the bot’s streams', facts.unseen, input.bot),
        findingsPart(findings, rules),
      ];
    const streams = tableBlock('websocket-health.streams', 8, 'No stream was seen.', 'Streams');
    const losses = tableBlock('websocket-health.losses', 8, 'No stream was lost.', 'Losses');
    return [
      { title: 'Connection statistics', blocks: [connections(facts, input).block(out)] },
      {
        title: 'Uptime analysis',
        blocks: [uptime(facts, input).block(out, { reasons: true }), streams, losses],
      },
      findingsPart(findings, rules),
    ];
  },
});
