import type pg from 'pg';
import type { AuditConfig, BotConfig } from '../audit/configuration.ts';
import { deliveryGroups } from '../audit/delivery-groups.ts';
import { knownNames } from '../audit/known-names.ts';
import type { Registry } from '../audit/registry.ts';
import type { ArtifactPlace } from '../store/artifact-place.ts';
import type { PdfPrinter } from '../report/formats.ts';
import type { Evaluation } from './evaluation.ts';
import { failure, FAILURE } from './failures.ts';

/** Everything that activities touch; made once by the worker. */
export interface ActivityDependencies {
  readonly config: AuditConfig;
  readonly registry: Registry;
  readonly pool: pg.Pool;
  readonly artifacts: ArtifactPlace;
  readonly evaluation: Evaluation;
  readonly pdf: PdfPrinter;
  /** Whether Temporal knows our search attributes. */
  readonly searchAttributes: boolean;
  readonly scrub: (text: string) => string;
  /** Turns commands in reports into what can be typed here. */
  readonly typed?: (text: string) => string;
  readonly log: (level: 'info' | 'warn', message: string, facts: Readonly<Record<string, unknown>>) => void;
}

/** @throws the failure `InvalidAuditInput` when a run names a group that is not configured */
export function knownGroups(config: AuditConfig, named: readonly string[] = []): void {
  if (named.length === 0) return;
  const groups = deliveryGroups(config).map(({ name }) => name);
  const unknown = named.filter((name) => !groups.includes(name));
  if (unknown.length === 0) return;
  throw failure(
    FAILURE.invalidAuditInput,
    `There is no group ${unknown.map((name) => JSON.stringify(name)).join(', ')} in the configuration. ${knownNames('group', groups)} ` +
      'A group that was added since this worker started is known once it is started again.',
  );
}

/** The bot of that name; null asks for the default, or the only one. */
export function findBot(config: AuditConfig, name: string | null): BotConfig {
  const names = config.bots.map(({ facts }) => facts.name);
  const wanted = name ?? config.defaultBot ?? (names.length === 1 ? names[0] : undefined);
  if (wanted === undefined) {
    throw failure(
      FAILURE.invalidAuditInput,
      `"bot" is missing: ${String(names.length)} bots are configured and none is the default. Write {"bot": "${names[0] ?? 'demo'}"}. ${knownNames('bot', names)}`,
    );
  }
  const bot = config.bots.find(({ facts }) => facts.name === wanted);
  if (bot !== undefined) return bot;
  throw failure(
    FAILURE.unknownBot,
    `There is no bot ${JSON.stringify(wanted)} in the configuration. Write {"bot": "${names[0] ?? 'demo'}"}. ${knownNames('bot', names)} ` +
      'A bot that was added since this worker started is known once it is started again.',
  );
}
