/** Where the way from a signal to an order ended, in the order in which a signal meets them (catalogue NA4). */
export const STAGES = {
  'not-watched': {
    says: 'not on the watch list',
    remedy: 'Put the symbol on the watch list, or stop looking for signals of it.',
  },
  'alerts-off': {
    says: 'alerts are disabled',
    remedy: 'Enable alerts of these symbols on the watch list if their signals are to be followed.',
  },
  'trading-off': {
    says: 'trading is disabled',
    remedy: 'Enable trading of these symbols on the watch list if they are to be traded.',
  },
  'price-stale': {
    says: 'no fresh price',
    remedy: 'Find out why no price comes in: the stream, its subscription, or the task that writes prices.',
  },
  'no-signal': { says: 'no signal', remedy: 'Nothing to mend: the strategies saw nothing.' },
  throttled: {
    says: 'held back by its cool-down',
    remedy: 'Check the cool-down: its length in time and price, and whether its end is written.',
  },
  'alert-blocked': {
    says: 'the alert was held back',
    remedy: 'Configure the notifier (environment, token, chat) and send a test.',
  },
  'not-decided': {
    says: 'nothing was decided',
    remedy: 'Look whether the process that reads signals runs, and at its log from the first of them on.',
  },
  'not-executed': {
    says: 'decided, and not executed',
    remedy: 'Read the reasons of the decisions: limits that refused them, or failures.',
  },
  'order-refused': {
    says: 'the order was refused',
    remedy: 'Read what the exchange said of the orders, and mend that first.',
  },
  ordered: { says: 'ordered', remedy: 'Nothing to mend.' },
  unknown: {
    says: 'not recorded',
    remedy: 'Record the watch list, decisions and orders, so that the way of a signal can be followed.',
  },
} as const;

export type Stage = keyof typeof STAGES;
