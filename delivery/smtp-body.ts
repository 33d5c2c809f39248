import { Readable, type Duplex } from 'node:stream';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

const CHUNK_BYTES = 64 * 1024;
const POLL_MS = 10;

export interface BodyOptions {
  readonly message: Buffer;
  /** The connection as it is now; STARTTLS changes it. */
  socket(): Socket | null;
  /** Whether the message may be completed; durable when it says yes. */
  beforeDot(): Promise<boolean>;
  /** The final dot is on its way: from here on, silence means that the mail may have arrived. */
  onDot(): void;
  readonly dotHoldMs: number;
}

/**
 * The message in the socket's pace. Its end, which makes the connection send the final dot, is held back until all
 * before it has left this process and the connection is seen to stand: one that was lost in the middle has certainly
 * not delivered it.
 */
export class SmtpBody extends Readable {
  readonly #options: BodyOptions;
  #offset = 0;
  #wire: Duplex | null = null;
  #isEnding = false;
  #isDotSent = false;

  constructor(options: BodyOptions) {
    super({ highWaterMark: CHUNK_BYTES });
    this.#options = options;
  }

  /** Whether the server may have the whole message. */
  get isDotSent(): boolean {
    return this.#isDotSent;
  }

  override pipe<T extends NodeJS.WritableStream>(destination: T, options?: { readonly end?: boolean }): T {
    this.#wire = destination as unknown as Duplex;
    return super.pipe(destination, options);
  }

  override _read(): void {
    const { message } = this.#options;
    if (this.#offset < message.length) {
      const chunk = message.subarray(this.#offset, this.#offset + CHUNK_BYTES);
      this.#offset += chunk.length;
      this.push(chunk);
    } else if (!this.#isEnding) {
      this.#isEnding = true;
      this.#end().catch((error: unknown) => {
        this.destroy(error instanceof Error ? error : new Error(String(error)));
      });
    }
  }

  async #end(): Promise<void> {
    const { beforeDot, onDot, dotHoldMs } = this.#options;
    while (this.#isConnected() && this.#waiting() > 0) await delay(POLL_MS);
    await delay(dotHoldMs);
    this.#mustBeConnected();
    if (!(await beforeDot())) throw new Error('a later attempt has taken this mail over');
    this.#mustBeConnected();
    this.#isDotSent = true;
    onDot();
    this.push(null);
  }

  /** Bytes and pieces that the operating system does not have yet. */
  #waiting(): number {
    const wire = this.#wire;
    const inWire = wire === null ? 0 : wire.writableLength + wire.readableLength;
    return this.readableLength + inWire + (this.#options.socket()?.writableLength ?? 0);
  }

  #isConnected(): boolean {
    const socket = this.#options.socket();
    return socket !== null && !this.destroyed && !socket.destroyed && socket.readable && socket.writable;
  }

  #mustBeConnected(): void {
    if (!this.#isConnected())
      throw new Error('the connection was lost before the end of the message was sent');
  }
}
