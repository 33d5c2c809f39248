import type { ChatService } from './service.ts';

interface Answer {
  readonly ok: boolean | null;
  readonly description: string | null;
  readonly retryAfterS: number | null;
}

/** Bot API, sendMessage: 4,096 characters; its answers are JSON with `ok`, `description` and `parameters.retry_after`. */
export const telegram: ChatService = {
  maxLength: 4_000,
  url: (channel) =>
    channel.kind === 'telegram'
      ? `${channel.apiUrl.replace(/\/+$/, '')}/bot${channel.token}/sendMessage`
      : '',
  body: (channel, text) => ({
    chat_id: channel.kind === 'telegram' ? channel.chat : '',
    text,
    link_preview_options: { is_disabled: true },
  }),
  isAccepted: ({ body }) => answerOf(body).ok === true,
  problem: ({ body }) => answerOf(body).description ?? body,
  waitS: ({ body }) => answerOf(body).retryAfterS,
};

function answerOf(body: string): Answer {
  const answer = record(parsed(body));
  const { retry_after: wait } = record(answer['parameters']);
  const { ok, description, result } = answer;
  return {
    ok: typeof ok === 'boolean' ? ok : null,
    description: ok === true ? messageText(result) : typeof description === 'string' ? description : null,
    retryAfterS: typeof wait === 'number' && wait >= 0 ? Math.ceil(wait) : null,
  };
}

/** What was posted is repeated in the answer; its number is enough. */
function messageText(result: unknown): string {
  const { message_id: id } = record(result);
  return typeof id === 'number' ? `message ${String(id)}` : 'ok';
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return null;
  }
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
