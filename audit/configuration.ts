import type { AlertsConfig } from './alerts/alerts-config.ts';
import type { BotRetention } from './bot-retention.ts';
import type { DeliveryGroup } from './delivery-groups.ts';
import type { BotFacts, Policy } from './evidence.ts';
import type { PresetName } from './policy-presets.ts';
import type { Retention } from './retention.ts';
import type { TakenRole } from './task-queues.ts';

/** A bot as configured: what the report may know, and what only the collector may. */
export interface BotConfig {
  readonly facts: BotFacts;
  /** DSN of the bot's database with secrets resolved; never logged, never in Temporal. Null when the source is `none`. */
  readonly databaseUrl: string | null;
  readonly allowWritableRole: boolean;
  /** Pinned "now" (the demo, an imported dump), ISO 8601 UTC: no settle delay, schedules skip the bot. */
  readonly asOf: string | null;
  /** Seconds after `to` before evidence counts as settled. */
  readonly settleDelayS: number;
  /** Connections of audits to its database at once; absent: two. */
  readonly connections?: number;
  /** Seconds for which trouble of its database is waited for; absent: five minutes. */
  readonly patienceS?: number;
  /** Absolute folder of a mapping that is not one of ours; `facts.mapping` then is its name. Never in a report. */
  readonly mappingFolder?: string;
  /** Periods in its own audit tables; absent: they are never touched. */
  readonly retention?: BotRetention;
  /** Who brings the snapshots: the monitoring schedule, or a file by hand. Absent: `monitor`. */
  readonly snapshots?: 'monitor' | 'import' | 'none';
}

export interface MailConfig {
  /** `smtp://user:pass@host:port`, secrets resolved. */
  readonly smtpUrl: string;
  readonly from: string;
  /** Domain of Message-IDs. */
  readonly domain: string;
  /** The group `everyone`. */
  readonly recipients: readonly string[];
  /** Who gets test mails; absent: nobody. */
  readonly sandbox?: string;
}

/** What connections to the Temporal service need beside its address, as the SDK's client and worker take it; never printed. */
export interface TemporalSecurity {
  readonly tls:
    | boolean
    | {
        readonly serverNameOverride?: string;
        readonly serverRootCACertificate?: Uint8Array;
        readonly clientCertPair?: { readonly crt: Uint8Array; readonly key: Uint8Array };
      };
  readonly apiKey?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** A bucket of an S3-compatible store and how to get in. */
export interface ObjectStorePlace {
  readonly bucket: string;
  /** Empty, or with a slash at its end. */
  readonly prefix: string;
  /** URL without a slash at its end; buckets are in its path. */
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface AuditConfig {
  /** The file it came from, for messages. */
  readonly path: string;
  readonly defaultBot: string | null;
  readonly bots: readonly BotConfig[];
  /** Section id -> settings, and `scoring`; defaults filled in. */
  readonly policy: Policy;
  /** The preset that `policy` started from; absent where it is the usual one. */
  readonly preset?: PresetName;
  readonly storeUrl: string;
  /** Absolute folder of the artifact store, or the URL of its bucket, which `objectStore` then tells of. */
  readonly artifactDirectory: string;
  readonly objectStore?: ObjectStorePlace;
  readonly retention: Retention;
  readonly mail: MailConfig | null;
  /** Stakeholders beside `mail.recipients`; absent: none. */
  readonly groups?: readonly DeliveryGroup[];
  /** What is watched between the reports; absent: the defaults. */
  readonly alerts?: AlertsConfig;
  /** How links to reports begin: `http://127.0.0.1:8787`. */
  readonly reportBaseUrl: string;
  /** The same where the file says it, for what leaves this machine; absent: nobody said where others reach the server. */
  readonly publicUrl?: string;
  readonly server: { readonly host: string; readonly port: number };
  readonly metrics: { readonly host: string; readonly port: number } | null;
  readonly temporal: {
    readonly address: string;
    readonly namespace: string;
    readonly security: TemporalSecurity;
    readonly taskQueue: string;
    /** Whether collecting, computing and rendering have task queues of their own. */
    readonly separateQueues?: boolean;
    /** What a worker of this environment polls for. */
    readonly roles: readonly TakenRole[];
    readonly searchAttributes: boolean;
    /** Base URL of the Web UI, for links; null when unknown. */
    readonly uiUrl: string | null;
  };
  readonly chromiumPath: string | null;
  /** Every secret value in use, for the scrubber; never printed. */
  readonly secrets: readonly string[];
}
