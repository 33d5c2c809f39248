import type { ChatChannel } from '../../audit/delivery-groups.ts';
import type { PostAnswer } from './post.ts';

/** What differs from one chat service to the next. */
export interface ChatService {
  readonly maxLength: number;
  url(channel: ChatChannel): string;
  body(channel: ChatChannel, text: string): Readonly<Record<string, unknown>>;
  /** Whether an answer with 2xx is really the service's word that the message was posted. */
  isAccepted(answer: PostAnswer): boolean;
  /** What the service says went wrong, from the body of its answer. */
  problem(answer: PostAnswer): string;
  /** Seconds to wait, where the body says so. */
  waitS(answer: PostAnswer): number | null;
}
