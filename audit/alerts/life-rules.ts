import { ms } from '../time.ts';
import { lasting, many } from '../counted-words.ts';
import { lacking, numberIn, textIn, type AlertRow, type AlertRule } from './rule.ts';

const DAY = 1_440;
const WEEK = 7 * DAY;

/** A heartbeat whose kind is `failing` says that its loop does not turn: it ends no silence. */
const HEARTBEATS = `select left(h.service, 120) as service, max(h.at) as newest
from @heartbeat h
where h.at >= :from and h.at < :to and h.kind is distinct from 'failing'
group by 1
order by 1
limit 500`;

const askHeartbeats: AlertRule['ask'] = (_limits, provided) => {
  const lacks = lacking(provided, 'heartbeat');
  return lacks === null ? { entities: ['heartbeat'], sql: HEARTBEATS, minutes: WEEK } : { lacks };
};

const NEVER_BEAT = 'no heartbeat was written in the last 7 days, so nobody knows when one is late';

/** Is the bot alive? */
export const heartbeatGap: AlertRule = {
  id: 'heartbeat-gap',
  title: 'Heartbeat lost',
  level: 'critical',
  reads: ['heartbeat'],
  inhibitedBy: [],
  condition: ({ heartbeatGapMinutes: limit }) =>
    `no heartbeat of any service for more than ${many(limit, 'minute')}`,
  todo: 'See that the process of the bot runs and its loop was started: read its log from the last start on, look for a setting that disables the monitor, then restart it. Check the open positions at the exchange meanwhile.',
  ask: askHeartbeats,
  judge(rows, { limits: { heartbeatGapMinutes: limit }, at }) {
    const silences = rows.map((row) => silenceMs(row, at));
    if (silences.length === 0) return { crossings: [], unwatched: NEVER_BEAT };
    const silent = Math.min(...silences);
    if (silent <= limit * 60_000) return { crossings: [] };
    return {
      crossings: [
        {
          subject: 'bot',
          text: `No heartbeat for ${lasting(silent)}; more than ${many(limit, 'minute')} is too long.`,
        },
      ],
    };
  },
};

/** Are all of its services? */
export const serviceSilent: AlertRule = {
  id: 'service-silent',
  title: 'A service is silent',
  level: 'critical',
  reads: ['heartbeat'],
  inhibitedBy: ['heartbeat-gap'],
  condition: ({ heartbeatGapMinutes: limit }) =>
    `a service that beat in the last 7 days is silent for more than ${many(limit, 'minute')} while another beats`,
  todo: 'Restart the service that is named. One that was renamed or removed on purpose: acknowledge the alert; it ends after 7 days.',
  ask: askHeartbeats,
  judge(rows, { limits: { heartbeatGapMinutes: limit }, at }) {
    if (rows.length === 0) return { crossings: [], unwatched: NEVER_BEAT };
    const silent = rows.filter((row) => silenceMs(row, at) > limit * 60_000);
    if (silent.length === rows.length) return { crossings: [] };
    return {
      crossings: silent.map((row) => {
        const service = textIn(row, 'service') ?? '?';
        const gap = lasting(silenceMs(row, at));
        return {
          subject: service,
          text: `Service ${service} is silent for ${gap}; more than ${many(limit, 'minute')} is too long.`,
        };
      }),
    };
  },
};

function silenceMs(row: AlertRow, at: string): number {
  return ms(at) - ms(textIn(row, 'newest') ?? at);
}

/** Does it still get data? */
export const zeroIngestion: AlertRule = {
  id: 'zero-ingestion',
  title: 'No data ingestion',
  level: 'critical',
  reads: ['ingestion_run'],
  inhibitedBy: ['heartbeat-gap'],
  condition: ({ ingestionHours: limit }) =>
    `no ingestion run was started for more than ${many(limit, 'hour')}`,
  todo: 'Check the schedule of the ingestion (crontab), the log of its last run and the credentials and quota of its source; then start one by hand.',
  ask(_limits, provided) {
    const lacks = lacking(provided, 'ingestion_run');
    if (lacks !== null) return { lacks };
    return {
      entities: ['ingestion_run'],
      minutes: WEEK,
      sql: `select (select max(r.started_at) from @ingestion_run r where r.started_at >= :from and r.started_at < :to) as newest,
  exists (select 1 from @ingestion_run e where e.started_at < :to) as ever`,
    };
  },
  judge([row], { limits: { ingestionHours: limit }, at }) {
    const newest = textIn(row, 'newest');
    if (newest === null && row?.['ever'] !== true)
      return { crossings: [], unwatched: 'no ingestion run was ever written' };
    const idle = newest === null ? WEEK * 60_000 : ms(at) - ms(newest);
    if (idle <= limit * 3_600_000) return { crossings: [] };
    const length = newest === null ? 'more than 7 days' : lasting(idle);
    return {
      crossings: [
        {
          subject: 'ingestion',
          text: `No ingestion run for ${length}; more than ${many(limit, 'hour')} is too long.`,
        },
      ],
    };
  },
};

/** Do the bot's own messages reach anybody? */
export const notificationsBlocked: AlertRule = {
  id: 'notifications-blocked',
  title: 'Notifications blocked',
  level: 'warning',
  reads: ['alert'],
  inhibitedBy: [],
  condition: ({ notificationsBlocked: limit }) =>
    `more than ${many(limit, 'alert')} of the bot blocked or not delivered in an hour; critical when a critical one is among them`,
  todo: 'Check the notifier’s settings (environment, token, chat id), correct them, restart the bot and send a test message.',
  ask(_limits, provided) {
    const byReason = provided('alert', 'blocked_reason');
    const byFlag = provided('alert', 'delivered');
    const lacks =
      lacking(provided, 'alert') ?? (byReason || byFlag ? null : lacking(provided, 'alert', 'delivered'));
    if (lacks !== null) return { lacks };
    const blocked = [
      ...(byReason ? ['a.blocked_reason is not null'] : []),
      ...(byFlag ? ['not a.delivered'] : []),
    ];
    return {
      entities: ['alert'],
      minutes: 60,
      sql: `select count(*)::int as attempted, (count(*) filter (where ${blocked.join(' or ')}))::int as blocked,
  (count(*) filter (where (${blocked.join(' or ')}) and a.severity = 'CRITICAL'))::int as critical
from @alert a
where a.at >= :from and a.at < :to`,
    };
  },
  judge([row], { limits: { notificationsBlocked: limit } }) {
    const blocked = numberIn(row, 'blocked');
    if (blocked <= limit) return { crossings: [] };
    const critical = numberIn(row, 'critical');
    const text = `${String(blocked)} of ${many(numberIn(row, 'attempted'), 'alert')} of the bot ${blocked === 1 ? 'was' : 'were'} not delivered in the last hour, ${String(critical)} of them critical; more than ${String(limit)} is too many.`;
    return { crossings: [{ subject: 'notifier', text, level: critical > 0 ? 'critical' : 'warning' }] };
  },
};
