/**
 * The database could not be read to the end: no connection, a cut one, a client timeout. What was read is thrown away,
 * because two halves of two snapshots do not agree. Worth another try.
 */
export class SourceLost extends Error {
  override readonly name = 'SourceLost';
  /** SQLSTATE of what ended it; null where the server said nothing. */
  readonly code: string | null;

  constructor(message: string, code: string | null = null) {
    super(message);
    this.code = code;
  }
}

/** The database must not or cannot be read as configured; trying again changes nothing. The message is for the operator. */
export class SourceRefused extends Error {
  override readonly name = 'SourceRefused';
}

/** A statement took its whole time. It would take it again, and the bot's database is not kept busy for that. */
export class StatementTimeout extends Error {
  override readonly name = 'StatementTimeout';
}

/** This worker's machine or files failed before the source was asked: no fault of the bot, and worth another try. */
export class OwnFault extends Error {
  override readonly name = 'OwnFault';
}
