import type { ChatChannel } from '../../audit/delivery-groups.ts';
import { isolated } from '../../audit/right-to-left.ts';
import { visibleText } from '../../audit/visible-text.ts';
import { whatWasSaid } from '../said.ts';
import { post, POST_TIMES, type PostAnswer, type PostTimes } from './post.ts';
import type { ChatService } from './service.ts';
import { slack } from './slack.ts';
import { telegram } from './telegram.ts';

/** How one attempt to hand over one chat message ended. `ambiguous`: it may have arrived. */
export interface ChannelOutcome {
  readonly state: 'accepted' | 'deferred' | 'rejected' | 'ambiguous';
  /** What the server or the connection said; no secret. */
  readonly detail: string;
  /** Seconds after which the server wants to be asked again; null when it did not say. */
  readonly retryAfterS: number | null;
}

export interface ChannelRequest {
  readonly channel: ChatChannel;
  /** Plain text of several lines; nothing in it is markup. */
  readonly text: string;
  /** For what the server says: it may repeat our own URL or token. */
  scrub(text: string): string;
  /** Whether the message may be handed over, durable when it says yes; absent: it may. */
  beforeSend?(): Promise<boolean>;
  readonly times?: PostTimes;
  readonly signal?: AbortSignal;
}

const SERVICES: Readonly<Record<ChatChannel['kind'], ChatService>> = { slack, telegram };
/** Longer waits are shortened to it: a service that is away for longer is tried once a day. */
const LONGEST_WAIT_S = 86_400;

/** Hands one message to a chat service. Never throws: every end is an outcome. */
export async function send(request: ChannelRequest): Promise<ChannelOutcome> {
  const { channel, times = POST_TIMES, signal } = request;
  const service = SERVICES[channel.kind];
  const text = shortened(isolated(visibleText(request.text)), service.maxLength);
  const posted = await post({
    url: service.url(channel),
    json: service.body(channel, text),
    beforeSend: () => request.beforeSend?.() ?? Promise.resolve(true),
    times,
    ...(signal !== undefined && { signal }),
  });
  const said = (detail: string): string => whatWasSaid(detail, request.scrub);
  if (posted.answer === null)
    return {
      state: posted.isSent ? 'ambiguous' : 'deferred',
      detail: said(posted.problem),
      retryAfterS: null,
    };
  return outcomeOf(posted.answer, service, said);
}

function outcomeOf(
  answer: PostAnswer,
  service: ChatService,
  said: (detail: string) => string,
): ChannelOutcome {
  const { status } = answer;
  const detail = said(`${String(status)} ${service.problem(answer)}`);
  const state = stateOf(answer, service);
  if (state !== 'deferred') return { state, detail, retryAfterS: null };
  const waitS = service.waitS(answer) ?? retryAfterS(answer.retryAfter, Date.now());
  return { state, detail, retryAfterS: waitS === null ? null : Math.min(waitS, LONGEST_WAIT_S) };
}

/** A gateway that lost its server (502, 504) does not know whether the message was posted; a 5xx of the server does. */
function stateOf(answer: PostAnswer, service: ChatService): ChannelOutcome['state'] {
  const { status } = answer;
  if (status >= 200 && status < 300) return service.isAccepted(answer) ? 'accepted' : 'ambiguous';
  if (status === 502 || status === 504) return 'ambiguous';
  return status === 408 || status === 425 || status === 429 || status >= 500 ? 'deferred' : 'rejected';
}

/** `Retry-After` (RFC 9110, section 10.2.3): seconds, or a date. Null when it is neither. */
export function retryAfterS(value: string | null, nowMs: number): number | null {
  const text = (value ?? '').trim();
  if (/^\d{1,9}(?:\.\d+)?$/.test(text)) return Math.ceil(Number(text));
  const atMs = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(atMs) ? null : Math.max(0, Math.ceil((atMs - nowMs) / 1000));
}

/** At most so many UTF-16 units, without half a character at the end. */
function shortened(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  return `${text.slice(0, maxLength - 4).replace(/[\uD800-\uDBFF]$/, '')} ...`;
}
