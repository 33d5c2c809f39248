/** The report could not be printed. The other formats do not depend on it; the message says what to do. */
export class PdfFailed extends Error {
  override readonly name = 'PdfFailed';
  /** False when the same report would fail again: the caller need not try. */
  readonly retryable: boolean;

  constructor(message: string, options: { readonly retryable: boolean; readonly cause?: unknown }) {
    super(message, { cause: options.cause });
    this.retryable = options.retryable;
  }
}
