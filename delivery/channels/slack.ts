import type { ChatService } from './service.ts';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** Incoming webhooks: one message a second and channel; what was posted is answered with the word `ok`. */
export const slack: ChatService = {
  maxLength: 4_000,
  url: (channel) => (channel.kind === 'slack' ? channel.webhookUrl : ''),
  // Escaped, `<!channel>` in a trade's comment wakes nobody.
  body: (_channel, text) => ({
    text: text.replace(/[&<>]/g, (character) => ENTITIES[character] ?? character),
    mrkdwn: false,
    unfurl_links: false,
    unfurl_media: false,
  }),
  isAccepted: ({ body }) => body.trim() === 'ok',
  problem: ({ body }) => body,
  waitS: () => null,
};
