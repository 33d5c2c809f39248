import { ladder } from '../../audit/statistics.ts';
import { fig, text } from '../../audit/text.ts';
import { check, numberOf, score, unrecorded } from '../shared/vocabulary/check.ts';
import type { Facts } from './facts.ts';
import type { Input } from './input.ts';

// Nobody else knows when a connection was open: its own events are the best rung.
const ON_STREAMS = { dimension: 'stability', source: 'database', rung: 1 } as const;

export const checks = [
  check<Facts, Input>({
    ...ON_STREAMS,
    id: 'WS5',
    title: 'Uptime of the worst stream',
    weight: 7.5,
    judge({ unread, unseen }, { settings: s }, out) {
      if (unread) return unrecorded(unread);
      if (unseen) return unseen;
      const worst = numberOf(out, 'stream_uptime_worst');
      return typeof worst === 'number'
        ? score(
            ladder(worst, s.uptimeGoodPercent, s.uptimeWarnPercent, s.uptimeBadPercent),
            text`The worst stream was open for ${fig('stream_uptime_worst')} of the window.`,
          )
        : worst;
    },
  }),
  check<Facts, Input>({
    ...ON_STREAMS,
    id: 'WS6',
    title: 'Fresh data of the worst stream',
    weight: 7.5,
    judge({ unread, unseen }, { settings: s }, out) {
      if (unread) return unrecorded(unread);
      if (unseen) return unseen;
      const [fresh, open] = [numberOf(out, 'stream_fresh_worst'), numberOf(out, 'stream_uptime_worst')];
      // Without a bot that looks for silences nobody has seen one; time that was lost is told by WS5.
      if (typeof fresh !== 'number') return unrecorded(fresh);
      if (typeof open !== 'number') return open;
      return score(
        ladder(open - fresh, 0, s.silentWarnPoints, s.silentBadPoints),
        text`The worst stream was open with fresh data for ${fig('stream_fresh_worst')} of the window.`,
      );
    },
  }),
  check<Facts, Input>({
    ...ON_STREAMS,
    id: 'WS7',
    title: 'Time to reconnect',
    weight: 2.5,
    judge({ unread, unseen, losses }, { settings: s }, out) {
      if (unread) return unrecorded(unread);
      if (unseen) return unseen;
      if (losses.length === 0) return score(1, text`No stream was lost.`, true);
      const seconds = numberOf(out, 'stream_reconnect_time');
      return typeof seconds === 'number'
        ? score(
            ladder(seconds, s.reconnectGoodS, s.reconnectWarnS, s.reconnectBadS),
            text`A lost stream was open again after ${fig('stream_reconnect_time')} on average.`,
          )
        : score(0, text`No lost stream was open again up to the end of the window.`);
    },
  }),
];
