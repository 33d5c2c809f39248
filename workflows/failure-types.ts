/** The fixed catalogue of failure types: what Temporal shows, what retries depend on and what tests name. */
export const FAILURE = {
  /** The input is wrong; the message names the field and a right example. */
  invalidAuditInput: 'InvalidAuditInput',
  /** No bot of that name is configured. */
  unknownBot: 'UnknownBot',
  /** The configuration makes the run impossible (the monitor of a bot without a database). */
  invalidConfiguration: 'InvalidConfiguration',
  /** The source says no: wrong password, no such database, a role that could write. */
  sourceRefused: 'SourceRefused',
  /** The connection broke; the whole bundle is collected again. */
  sourceLost: 'SourceLost',
  /** As many audits read this bot as may at once; the details say after how many milliseconds to ask again. */
  sourceBusy: 'SourceBusy',
  /** The source could not be read, and the newest report of the window did read it: that one stays the newest. */
  reportKept: 'ReportKept',
  /** Our own store or its disk cannot be used. */
  storeUnavailable: 'StoreUnavailable',
  /** A section threw; it degrades alone. */
  sectionFailed: 'SectionFailed',
  /** The browser crashed, froze or printed something broken. */
  pdfFailed: 'PdfFailed',
  /** The mail server said "later" (4xx) or could not be reached; nothing was handed over. */
  mailDeferred: 'MailDeferred',
  /** The mail server said "never" (5xx), or the address is not allowed. */
  mailRejected: 'MailRejected',
  /** The connection broke after the message was handed over: it may have arrived, so it is not sent again. */
  mailAmbiguous: 'MailAmbiguous',
  /** A nightly or monthly run in which at least one audit ended without a report. */
  auditsFailed: 'AuditsFailed',
  /** The daily maintenance found a bot whose database an audit could not read as configured. */
  botUnreadable: 'BotUnreadable',
  /** A snapshot could not be taken in its own minute. */
  snapshotMissed: 'SnapshotMissed',
  /** Somebody holds a lock on a table that a snapshot reads. */
  tableLocked: 'TableLocked',
  /** Somebody cancelled the statement of a snapshot on the bot's server. */
  statementCancelled: 'StatementCancelled',
  /** A statement of a snapshot took longer than the bot's database may be kept busy. */
  statementTimeout: 'StatementTimeout',
  /** The plan of a purge would remove more of a class than `maxSharePercent`; nothing was removed. */
  purgeTooLarge: 'PurgeTooLarge',
  /** The plan of a purge holds something younger than its period, or no clock can be trusted; nothing was removed. */
  purgeTooYoung: 'PurgeTooYoung',
  /** What was approved is not what is written down; nothing was removed. */
  purgePlanChanged: 'PurgePlanChanged',
} as const;

export type FailureType = (typeof FAILURE)[keyof typeof FAILURE];

/** Trying these again cannot help. */
export const PERMANENT: readonly FailureType[] = [
  FAILURE.invalidAuditInput,
  FAILURE.unknownBot,
  FAILURE.invalidConfiguration,
  FAILURE.sourceRefused,
  FAILURE.reportKept,
  FAILURE.mailRejected,
  FAILURE.mailAmbiguous,
  FAILURE.snapshotMissed,
  FAILURE.statementTimeout,
  FAILURE.purgePlanChanged,
];
