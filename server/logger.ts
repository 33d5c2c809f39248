import type { Logger, LogLevel, LogMetadata } from '@temporalio/common';
import { pino } from 'pino';
import { escapedControls } from '../audit/control-text.ts';

export interface AuditLogger {
  /** For our own lines. */
  log(level: 'info' | 'warn' | 'error', message: string, facts?: Readonly<Record<string, unknown>>): void;
  /** For Temporal's. */
  readonly temporal: Logger;
}

/** JSON lines, one an event, secrets removed from the finished line so that no field can carry one past. */
export function createLogger(scrub: (text: string) => string, write: (line: string) => void): AuditLogger {
  const logger = pino(
    {
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    {
      write(line: string) {
        write(scrub(escapedControls(line)));
      },
    },
  );
  const forward = (level: LogLevel, message: string, meta: LogMetadata = {}): void => {
    logger[LEVELS[level]](plain(meta), message);
  };
  return {
    log(level, message, facts = {}) {
      logger[level](facts, message);
    },
    temporal: {
      log: forward,
      trace: (message, meta) => {
        forward('TRACE', message, meta);
      },
      debug: (message, meta) => {
        forward('DEBUG', message, meta);
      },
      info: (message, meta) => {
        forward('INFO', message, meta);
      },
      warn: (message, meta) => {
        forward('WARN', message, meta);
      },
      error: (message, meta) => {
        forward('ERROR', message, meta);
      },
    },
  };
}

const LEVELS = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

/** Metadata without symbols and without what JSON cannot say; `error` becomes its message. */
function plain(meta: LogMetadata): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(meta).map(([key, value]: [string, unknown]) => {
      if (typeof value === 'bigint') return [key, String(value)];
      if (value instanceof Error)
        return [key, { type: value.name, message: value.message, stack: value.stack }];
      return [key, value];
    }),
  );
}
