import { isIP } from 'node:net';
import { dirname, relative } from 'node:path';
import type { AuditConfig, BotConfig, MailConfig } from './audit/configuration.ts';
import { readArtifactPlace } from './config/artifacts.ts';
import { mappingNames, toBotConfig } from './config/bot.ts';
import { toAlerts } from './config/alerts.ts';
import { chatSecrets, toGroups } from './config/groups.ts';
import { dsnProblem, isSameDatabase } from './config/dsn.ts';
import { configPath, named, type Environment } from './config/environment.ts';
import { ConfigError, type ConfigProblem } from './config/error.ts';
import { insteadOf } from './config/nearest.ts';
import type { PolicyPart } from './audit/registry.ts';
import { policySections } from './config/policy-sections.ts';
import { keyName } from './config/problems.ts';
import { readConfigFile, type ReadFile } from './config/read-file.ts';
import { readConfigText } from './config/read-text.ts';
import { rolesOf } from './config/roles.ts';
import { isMonitored } from './audit/monitored.ts';
import { secretParts } from './config/secrets.ts';
import type { ConfigFile } from './config/schema.ts';
import { parseYaml, type KeyPath } from './config/yaml-source.ts';
import {
  DEFAULT_ADDRESS,
  DEFAULT_NAMESPACE,
  temporalAddressProblem,
  temporalEnvironment,
  type TemporalEnvironment,
} from './config/temporal.ts';
import { addressProblem, distinctMailboxes, isDomain, readSender } from './delivery/address.ts';

export { environment, type Environment } from './config/environment.ts';
export { redactedConfig } from './config/redact.ts';

/**
 * Reads audit.config.yaml. A key of the file wins over the environment variable that stands for it, that over the
 * default. Throws ConfigError: one message with file, line, what was expected and the nearest right name.
 */
export async function loadConfig(
  path: string | undefined,
  environment: Environment,
  options: { readonly sections?: readonly PolicyPart[] } = {},
): Promise<AuditConfig> {
  const absolute = configPath(path, environment);
  const sections = options.sections ?? (await policySections());
  const read = await readConfigFile(absolute, shownPath(absolute), environment, sections);
  return toAuditConfig(absolute, read, environment, sections, await temporalEnvironment(environment));
}

/** Whether the file itself says where Temporal is; then no local one is started. False when there is no such file. */
export async function namesTemporal(path: string): Promise<boolean> {
  const text = await readConfigText(path, shownPath(path)).catch(() => '');
  return (
    text.includes('temporal') &&
    parseYaml(shownPath(path), text).literal(['temporal', 'address']) !== undefined
  );
}

function toAuditConfig(
  path: string,
  read: ReadFile,
  environment: Environment,
  sections: readonly PolicyPart[],
  fromEnvironment: TemporalEnvironment,
): AuditConfig {
  const { file, source } = read;
  const problems: ConfigProblem[] = [];
  const secrets = new Set(read.secrets);
  const report = (key: KeyPath, message: string): void => {
    problems.push({ line: source.lineOf(key), message: `${keyName(key)} ${message}`.trimStart() });
  };
  const checkIds = sections.some(({ checks }) => checks !== undefined)
    ? sections.flatMap(({ checks }) => (checks ?? []).map(({ id }) => id))
    : null;
  const mappings = mappingNames();
  const bots = Object.entries(file.bots).map(([name, bot]) =>
    toBotConfig(name, bot, {
      path,
      checkIds,
      mappings,
      report: (key, message) => {
        report(['bots', name, ...key], message);
      },
    }),
  );
  const storeUrl = file.storage.databaseUrl ?? named(environment, 'AUDIT_DATABASE_URL');
  checkStore(storeUrl, bots, report);
  if (file.defaultBot !== undefined && !Object.hasOwn(file.bots, file.defaultBot)) {
    const names = Object.keys(file.bots);
    report(
      ['defaultBot'],
      `names "${file.defaultBot}", which is not a bot.${insteadOf('bot', file.defaultBot, names)}`,
    );
  }
  const artifacts = file.storage.artifacts ?? named(environment, 'AUDIT_ARTIFACTS') ?? 'audit-artifacts';
  const { problem, ...artifactPlace } = readArtifactPlace(artifacts, dirname(path), environment);
  if (problem !== undefined) report(['storage', 'artifacts'], problem);
  checkRetention(file.retention, report);
  const mail = toMail(file, environment, report);
  const groups = toGroups(file.groups, mail !== null, report);
  for (const secret of chatSecrets(groups)) secrets.add(secret);
  for (const secret of [storeUrl, mail?.smtpUrl]) {
    if (secret !== undefined) for (const part of secretParts(secret)) secrets.add(part);
  }
  const { objectStore } = artifactPlace;
  // The driver takes PGPASSWORD where an address has no password.
  const others = [objectStore?.secretAccessKey, objectStore?.sessionToken, named(environment, 'PGPASSWORD')];
  for (const secret of others) if (secret !== undefined) secrets.add(secret);
  for (const problem of fromEnvironment.problems) report([], problem);
  for (const secret of fromEnvironment.secrets) secrets.add(secret);
  // A local stack waits for its worker at the ports that it chose, on loopback: there they win over the file.
  const stackPort = portOf(environment, 'AUDIT_STACK_REPORT_PORT', report);
  const isEverywhere = ['0.0.0.0', '::'].includes(file.server.host);
  const host = stackPort === undefined || isEverywhere ? file.server.host : '127.0.0.1';
  const port = stackPort ?? file.server.port ?? portOf(environment, 'AUDIT_REPORT_PORT', report) ?? 8787;
  const metricsPort =
    portOf(environment, 'AUDIT_STACK_METRICS_PORT', report) ??
    file.metrics?.port ??
    portOf(environment, 'AUDIT_METRICS_PORT', report);
  checkAddresses(file, report);
  const config: AuditConfig = {
    path,
    defaultBot: file.defaultBot ?? null,
    bots,
    policy: read.policy,
    ...(read.preset !== 'standard' && { preset: read.preset }),
    storeUrl: storeUrl ?? '',
    ...artifactPlace,
    retention: file.retention,
    mail,
    groups,
    alerts: toAlerts(file.alerts, Object.keys(file.groups), report),
    reportBaseUrl: trimSlash(file.server.baseUrl ?? `http://${host}:${String(port)}`),
    ...(file.server.baseUrl !== undefined && { publicUrl: trimSlash(file.server.baseUrl) }),
    server: { host, port },
    metrics:
      file.metrics === undefined && metricsPort === undefined
        ? null
        : { host: file.metrics?.host ?? '127.0.0.1', port: metricsPort ?? 9464 },
    temporal: {
      address: file.temporal.address ?? fromEnvironment.address ?? DEFAULT_ADDRESS,
      namespace: file.temporal.namespace ?? fromEnvironment.namespace ?? DEFAULT_NAMESPACE,
      security: fromEnvironment.security,
      // Wins over the file: a local stack's worker must poll the queue that its stack announces, whatever the file says.
      taskQueue: named(environment, 'AUDIT_TASK_QUEUE') ?? file.temporal.taskQueue,
      separateQueues: file.temporal.separateQueues,
      roles: rolesOf(
        environment,
        { separate: file.temporal.separateQueues, monitored: bots.filter(isMonitored).length },
        (problem) => {
          report([], problem);
        },
      ),
      searchAttributes: file.temporal.searchAttributes,
      uiUrl: trimSlash(file.temporal.uiUrl ?? named(environment, 'TEMPORAL_UI_URL') ?? '') || null,
    },
    chromiumPath: file.chromiumPath ?? named(environment, 'PUPPETEER_EXECUTABLE_PATH') ?? null,
    secrets: [...secrets],
  };
  if (problems.length > 0) throw new ConfigError(shownPath(path), problems, [...secrets]);
  return config;
}

type Report = (key: KeyPath, message: string) => void;

/** What links and connections begin with; the environment's own are checked where they are read. */
function checkAddresses({ server, metrics, temporal }: ConfigFile, report: Report): void {
  for (const [key, value] of [
    [['server', 'baseUrl'], server.baseUrl],
    [['temporal', 'uiUrl'], temporal.uiUrl],
  ] as const)
    if (value !== undefined && !(/^https?:\/\//i.test(value) && URL.canParse(value)))
      report(key, 'is not a URL that begins with http:// or https://.');
  for (const [key, host] of [
    ['server', server.host],
    ['metrics', metrics?.host ?? ''],
  ] as const)
    if (host.includes('/') || (host.includes(':') && isIP(host) === 0) || /\s/.test(host))
      report([key, 'host'], `is "${host}". Expected an address such as 127.0.0.1; the port is ${key}.port.`);
  const problem = temporal.address === undefined ? null : temporalAddressProblem(temporal.address);
  if (problem !== null) report(['temporal', 'address'], problem);
}

function checkStore(storeUrl: string | undefined, bots: readonly BotConfig[], report: Report): void {
  if (storeUrl === undefined) {
    report(['storage'], 'needs the key "databaseUrl", or the environment variable AUDIT_DATABASE_URL.');
    return;
  }
  const problem = dsnProblem(storeUrl, ['postgres:', 'postgresql:']);
  if (problem !== null) report(['storage', 'databaseUrl'], problem);
  for (const { facts, retention } of bots) {
    if (retention !== undefined && isSameDatabase(retention.databaseUrl, storeUrl))
      report(
        ['bots', facts.name, 'retention', 'database'],
        'is our own store. Its periods are in the key "retention" of the file.',
      );
  }
  for (const { facts, databaseUrl } of bots) {
    if (databaseUrl !== null && isSameDatabase(databaseUrl, storeUrl)) {
      report(
        ['bots', facts.name, 'database'],
        "is our own store (storage.databaseUrl, AUDIT_DATABASE_URL). A bot's database and the store must be two databases.",
      );
    }
  }
}

function checkRetention({ evidenceDays, reportsDays }: ReadFile['file']['retention'], report: Report): void {
  if (reportsDays < evidenceDays)
    report(
      ['retention', 'reportsDays'],
      `is ${String(reportsDays)}, less than evidenceDays (${String(evidenceDays)}). Evidence goes with its report at the latest; lower evidenceDays as well.`,
    );
}

function toMail(
  { mail, groups }: ReadFile['file'],
  environment: Environment,
  report: Report,
): MailConfig | null {
  if (mail === undefined) return null;
  const smtpUrl = mail.smtpUrl ?? named(environment, 'SMTP_URL');
  if (smtpUrl === undefined)
    report(['mail'], 'needs the key "smtpUrl", or the environment variable SMTP_URL.');
  const problem = smtpUrl === undefined ? null : dsnProblem(smtpUrl, ['smtp:', 'smtps:']);
  if (problem !== null) report(['mail', 'smtpUrl'], problem);
  const from = readSender(mail.from);
  if ('problem' in from) report(['mail', 'from'], from.problem);
  if (mail.domain !== undefined && !isDomain(mail.domain))
    report(['mail', 'domain'], `is "${mail.domain}". Expected a domain such as example.test.`);
  const { recipients = [], sandbox } = mail;
  if (recipients.length === 0 && Object.values(groups).every((group) => group.mail === undefined))
    report(['mail'], 'needs the key "recipients": a list, or a group with addresses under "groups".');
  const sandboxProblem = sandbox === undefined ? null : addressProblem(sandbox, 'test@example.test');
  if (sandboxProblem !== null) report(['mail', 'sandbox'], sandboxProblem);
  recipients.forEach((recipient, index) => {
    const wrong = addressProblem(recipient, 'ops@example.test');
    if (wrong !== null) report(['mail', 'recipients', index], wrong);
  });
  return {
    smtpUrl: smtpUrl ?? '',
    from: mail.from,
    domain: mail.domain ?? ('sender' in from ? from.sender.address.replace(/^.*@/, '') : ''),
    recipients: distinctMailboxes(recipients),
    ...(sandbox !== undefined && { sandbox }),
  };
}

function portOf(environment: Environment, name: string, report: Report): number | undefined {
  const text = named(environment, name);
  if (text === undefined) return undefined;
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    report([], `the environment variable ${name} is "${text}". Expected a port.`);
  return port;
}

function trimSlash(url: string): string {
  return url.replace(/\/+$/, '');
}

function shownPath(path: string): string {
  const near = relative(process.cwd(), path);
  return near.startsWith('..') ? path : near;
}
