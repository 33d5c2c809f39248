import type { Explanation } from '../../audit/finding.ts';

export const RECOMMENDATION: Readonly<Record<string, string>> = {
  unprotected:
    'Find out which positions had no stop in these minutes, and alert on the first minute in which one has none.',
  emergency: 'Read what each emergency close answered to, and remove its cause before the next window.',
  new_opened: 'Limit how many positions may be opened in a minute.',
  errors: 'Read the errors of these minutes by signature, and fix the most frequent one.',
  prices_updated:
    'Let the price stream restart by itself when no update arrives for a minute while positions are open.',
  zombies: 'List the orders at the exchange that belong to no open position, and cancel them.',
  ws_reconnects: 'Find out why the stream broke off, and count the time without data.',
};

/** What is to be done while it still is so. */
export const AT_END: Readonly<Record<string, string>> = {
  unprotected:
    'Place a stop for every open position that has none now, and alert on the first minute in which one has none.',
  prices_updated:
    'Restart the price stream now, and let it restart by itself when no update arrives for a minute.',
};

/** A counter says that something was; these rules say what. */
export const EXPLAINED_BY: Readonly<Record<string, readonly Explanation[]>> = {
  unprotected: [{ rule: 'SL-01' }, { rule: 'SL-02' }, { rule: 'SL-03' }, { rule: 'SL-05' }],
  errors: [{ rule: 'CE-03' }, { rule: 'TL-01' }],
  emergency: [{ rule: 'CE-02' }],
  // A reconnect is counted at the end of its minute, and that snapshot stands for the next one.
  ws_reconnects: [
    { rule: 'WS-04', nearS: 120 },
    { rule: 'WS-01', nearS: 120 },
    { rule: 'WS-03', nearS: 120 },
    { rule: 'WS-05', nearS: 120 },
  ],
};
