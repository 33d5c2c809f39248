/** Where a chat message goes. Webhook URL and token are secrets, resolved; never logged, never in Temporal. */
export type ChatChannel =
  | { readonly kind: 'slack'; readonly webhookUrl: string }
  | {
      readonly kind: 'telegram';
      readonly token: string;
      /** `-1001234567890` or `@name`. */
      readonly chat: string;
      /** How calls begin: `https://api.telegram.org`. */
      readonly apiUrl: string;
    };
