import { alertsConfig } from '../audit/alerts/alerts-config.ts';
import type { AuditConfig, BotConfig } from '../audit/configuration.ts';
import type { DeliveryGroup } from '../audit/delivery-groups.ts';

const REDACTED = '<redacted>';

/**
 * The configuration as it may be printed: an allow-list, so that a key added later stays hidden until someone decides
 * otherwise. DSNs and the SMTP URL are replaced whole. The shape is that of the file.
 */
export function redactedConfig(config: AuditConfig): Readonly<Record<string, unknown>> {
  const { server, metrics, temporal, mail } = config;
  return {
    defaultBot: config.defaultBot,
    bots: Object.fromEntries(config.bots.map((bot) => [bot.facts.name, redactedBot(bot)])),
    policy: { ...(config.preset !== undefined && { preset: config.preset }), ...config.policy },
    storage: { databaseUrl: REDACTED, artifacts: config.artifactDirectory },
    retention: config.retention,
    mail: mail && {
      smtpUrl: REDACTED,
      from: mail.from,
      domain: mail.domain,
      recipients: mail.recipients,
      sandbox: mail.sandbox,
    },
    alerts: redactedAlerts(config),
    groups: Object.fromEntries((config.groups ?? []).map((group) => [group.name, redactedGroup(group)])),
    server: { host: server.host, port: server.port, baseUrl: withoutUserInfo(config.reportBaseUrl) },
    metrics: metrics && { host: metrics.host, port: metrics.port },
    temporal: {
      address: temporal.address,
      namespace: temporal.namespace,
      taskQueue: temporal.taskQueue,
      separateQueues: temporal.separateQueues ?? false,
      searchAttributes: temporal.searchAttributes,
      uiUrl: temporal.uiUrl && withoutUserInfo(temporal.uiUrl),
    },
    chromiumPath: config.chromiumPath,
  };
}

function redactedGroup(group: DeliveryGroup): Readonly<Record<string, unknown>> {
  const chats = group.chats.map((chat) =>
    chat.kind === 'slack'
      ? { slack: REDACTED }
      : { telegram: { token: REDACTED, chat: chat.chat, apiUrl: withoutUserInfo(chat.apiUrl) } },
  );
  const { mail, kinds, verdicts, minimumSeverity, format } = group;
  return Object.assign({ mail, kinds, verdicts, minimumSeverity, format }, ...chats) as Readonly<
    Record<string, unknown>
  >;
}

/** Names, times and limits; in the shape of the file. */
function redactedAlerts(config: AuditConfig): Readonly<Record<string, unknown>> {
  const { contacts, watchdog, limits, times, quietHours, reportDueMinutes } = alertsConfig(config);
  return { contacts, watchdog, thresholds: limits, ...times, quietHours, reportDueMinutes };
}

function redactedBot(bot: BotConfig): Readonly<Record<string, unknown>> {
  const { facts } = bot;
  return {
    mapping: facts.mapping,
    database: bot.databaseUrl === null ? null : REDACTED,
    timeZone: facts.timeZone,
    environment: facts.environment,
    exchanges: facts.exchanges,
    quoteCurrency: facts.quoteCurrency,
    accounts: facts.accounts,
    atPar: facts.atPar,
    auditor: facts.auditor,
    version: facts.version,
    sources: facts.sources,
    limits: facts.limits,
    heartbeatIntervalS: facts.heartbeatIntervalS,
    strategiesWithoutStop: facts.strategiesWithoutStop,
    entities: Object.fromEntries((facts.without ?? []).map((entity) => [entity, 'none'])),
    notApplicable: facts.notApplicable,
    snapshots: bot.snapshots,
    asOf: bot.asOf,
    settleDelayS: bot.settleDelayS,
    connections: bot.connections,
    patienceS: bot.patienceS,
    allowWritableRole: bot.allowWritableRole,
    ...(bot.retention !== undefined && {
      retention: {
        database: REDACTED,
        days: bot.retention.days,
        tables: bot.retention.tables,
        unattended: bot.retention.unattended,
      },
    }),
  };
}

function withoutUserInfo(address: string): string {
  if (!URL.canParse(address)) return REDACTED;
  const url = new URL(address);
  url.username = '';
  url.password = '';
  url.search = '';
  return url.href.replace(/\/$/, '');
}
