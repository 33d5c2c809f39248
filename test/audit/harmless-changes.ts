import { HARMLESS_RESHAPINGS } from './harmless-reshapings.ts';

/** Changes that rightly pass with nothing found, by name, each with why; what is not here and passes so is a fault. */
const HARMLESS: readonly (readonly [change: RegExp, why: string])[] = [
  [
    /\.(side|status|type|role|kind|severity|outcome|scope|contract|name|value|operation|endpoint|service|stream|channel|task|source|margin_mode|exit_reason|skip_reason|error_class|error_code|reject_code|decision|reason_code|unit|account|strategy|scope_value|version) in upper case$/,
    'what a bot calls something is read in any case',
  ],
  [
    /\.(symbol|exchange|currency|fee_currency|settle_currency|base|quote|same_as) in upper case$/,
    'instruments, currencies and exchanges are compared without case',
  ],
  [/(\.|_)id in upper case$/, 'an id is the same in any case, and where it is not, both rows are told'],
  ...HARMLESS_RESHAPINGS,
  [
    /^limits (emptied|without|twice|with rows)|^limits\.(name|scope|scope_value|unit) /,
    'the operator’s limits stand beside them and are compared; what cannot be read is listed as not judged (CF-01)',
  ],
  [
    /^instruments (emptied|without|with rows)/,
    'quantities are base units, which is what is taken where no size of a contract is stored and results confirm',
  ],
  [
    /^states (without (half|one row|an hour|the first hour)|twice|with rows)/,
    'the last state of each switch is there, and none is engaged',
  ],
  [
    /^states\.(failures|threshold|age_s|since|by|reason) /,
    'whether a switch is engaged is its value; a breaker that counted nothing is near nothing, and of a cache its last row counts',
  ],
  [
    /^states\.(at ([+]1h|of )|name (constant|of another row for one)$|value .*for one$)/,
    'what each switch last said stays the same, in the window or before it',
  ],
  [
    /^heartbeats (twice|without one row)$|^heartbeats\.(at|service|status|instance_id|version|cycle) .*(for one|of the row before)$/,
    'one of hundreds, or the words of its neighbour: each minute has its heartbeat still',
  ],
  [
    /^heartbeats\.(instance_id|version|cycle) (NULL|empty|constant|x10)|^heartbeats\.status (NULL|constant)$/,
    'a bot may say none of them; then the coming of its heartbeats tells whether it lives. A counter has no unit',
  ],
  [
    /^(ingestion_runs|watch_list)[ .]/,
    'no section of a shift reads them; reports of a day and longer judge them (OP-02, OP-08, NA-03)',
  ],
  [
    /^totals (emptied|without|twice|with rows)/,
    'the bot’s own totals are compared where they are; every number here is counted from the rows',
  ],
  [
    /^stop_changes (emptied|without (half|one row|bybit)|twice)/,
    'the orders of the stops say when each stood; a change that is told twice is one',
  ],
  [/^prices (without (half|one row)|twice)$/, 'a price a minute is kept by each other one'],
  [
    /^prices emptied$/,
    'a bot may keep no prices: what is held is valued at its entry, and the report says so',
  ],
  [
    /^prices\.(symbol|exchange|kind|high|low) /,
    'as without prices, and no price of another instrument is taken',
  ],
  [
    /^fills\.fee_currency (NULL|of the row before)/,
    'every fee of the demo is in the quote currency, which NULL means',
  ],
  [
    /^fills\.id (an unknown word for one|of the row before|of another row for one)$/,
    'no other row names the id of a fill, and each still has one',
  ],
  [
    /^fills\.is_maker (NULL|constant)/,
    'the share of makers is of the fills that say it, and no money hangs on it',
  ],
  [
    /^fills\.(position_id (NULL|another)|strategy (NULL|empty))/,
    'the order of each fill names the position and its strategy',
  ],
  [
    /^fills\.realized_pnl NULL/,
    'a bot need not store results of fills; those here come from prices and quantities',
  ],
  [
    /^positions\.(exit_price|realized_pnl|unrealized_pnl|fees|funding) NULL/,
    'results here come from the fills',
  ],
  [
    /^positions\.(current_price|take_profit_price|trailing_activation_price|liquidation_price) (NULL|0$)/,
    '0 is how many bots write that there is none; what is held is valued at market prices, and its orders say the rest',
  ],
  [
    /^positions\.(current_price_at|last_evaluated_at|updated_at) (NULL|[+-]1h|of )/,
    'of a closed row they say nothing, and of open ones a moment that is not long ago; a row may be written again later',
  ],
  [
    /^positions\.(stop_loss_price|has_stop_loss|has_trailing_stop|trailing_activated) (NULL|turned for one)/,
    'stop orders say how each position was protected, and many bots reset the flags of a closed row',
  ],
  [/^positions\.has_trailing_stop turned$/, 'whose stop trailed is said by its orders and recorded moves'],
  [
    /^positions\.(leverage|margin_mode|liquidation_price) (NULL|an unknown word|of (the row before|another row)|x10 for one|x0\.1)/,
    'only the exchange knows them, and they are compared where its state is read; over their limit they are CF-01',
  ],
  [
    /^positions\.unrealized_pnl (x10|of another row) for one$/,
    'nothing is unrealised of a closed position, whatever its row kept',
  ],
  [/^positions\.(entry_order_id|exit_order_id|signal_id) NULL/, 'each order names its position'],
  [
    /^positions\.stop_loss_price of another row for one$/,
    'one row in hundreds that is not far off; its stop orders say what was in force',
  ],
  [
    /^positions\.strategy (NULL|empty)/,
    'what has no strategy is shown as of none, and no other number hangs on it',
  ],
  [
    /^positions\.exit_reason (NULL|an unknown word|of another row) for one$/,
    'why the bot itself closed only it knows; one unknown reason is shown, and told from 5 % of them on (PM-05)',
  ],
  [
    /^orders\.quantity (NULL|x10|of another row) for one$|^orders\.close_on_trigger (NULL|turned|constant)/,
    'a cancelled stop that only reduces closed nothing, and covered at least what was held',
  ],
  [/^orders\.exchange (NULL|empty)/, 'each order names its position, whose exchange is known'],
  [
    /^balances (without (one row|the first hour)|twice|with rows)|^balances\.at (NULL|\+1h|of another row) for one$/,
    'a balance a minute is kept by those beside it, and each edge of the window has its own',
  ],
  [/^balances\.currency (constant|of the row before)$/, 'every wallet of the demo is in one currency'],
  [
    /^(events|trailing_updates)\.(symbol|exchange|order_id) (NULL|empty)/,
    'a bot need not write it: the position and order that the row names say it',
  ],
  [
    /^events without one row$|^events\.(at|type|id|severity) .*for one$|^events\.(at|id|severity) of the row before$/,
    'one event of thousands, or the time or severity of the one beside it: no other row says it',
  ],
  [/^events\.duration_ms (x|of)/, 'how long an event took is in no number'],
  [
    /^decisions\.decision (an unknown|with a blank|of|constant|as json)|^decisions\.reason_code (?!in upper)/,
    'the bot’s own words, from which nothing is computed; which way a decision went is told by its side',
  ],
  [
    /^decisions\.quantity (negative|x1000|x10|of the row before)$/,
    'a bot may decide in another unit, with a sign or before its leverage; a few that differ are told (DQ-06)',
  ],
  [
    /^decisions\.strategy an unknown word$/,
    'a bot may decide by a strategy of another name than its orders; a few that differ are told (DQ-06)',
  ],
  [
    /^(decisions\.(at|executed_at|failed_at)|executions\.at) (\+1h for one|of)|^decisions\.failed_at /,
    'one row told of by another moment of its day; all of them an hour off are told (DQ-06)',
  ],
  [
    /^executions\.(http_status|id) |^executions\.(request_payload_id|response_payload_id) (?!NULL)/,
    'no other row names it, and it is in no number',
  ],
  [
    /^executions emptied$|^executions\.order_id (NULL|empty|with a blank within)|^executions\.(filled_quantity|filled_price|commission) (NULL|0$|constant)/,
    'a bot may keep none, or not say of which order and how much one was: the orders and fills say what came of a decision',
  ],
  [
    /^executions\.commission negative$/,
    'whether a cost is negative is the way of a bot; its size is compared (DQ-06)',
  ],
  [/^funding\.at \+1h( for one)?$/, 'a payment names its position and stays in its life and in the window'],
  [
    /^prices\.(at|price) .*for one$|^prices\.at of the row before$/,
    'one price of hundreds, which those of the minutes beside it outlive; half of them are told (DQ-02)',
  ],
  [
    /^signals\.(at|id|symbol|strategy|side) .*for one$|^signals\.at of the row before$/,
    'a signal on which nothing was decided, or some minutes of one: no other row says it',
  ],
  [
    /^signals\.score (NULL|0|negative|x|of|constant|as a whole)/,
    'a score has no unit and is in no number: how strong a signal was, only its strategy knows',
  ],
  [
    /^trailing_updates (without (half|one row)|twice)$|^trailing_updates\.at of (the row before|another row for one)$/,
    'the orders of the stops say when each stood',
  ],
  [
    /^trailing_updates\.position_id (empty|an unknown word)$/,
    'of an update that names no position nothing is said; the orders of the stops say how they moved',
  ],
  [/^balances\.account (constant|of)/, 'each exchange of the demo has one account, of one name'],
  [
    /^instruments\.symbol (an unknown|of)/,
    'as without instruments: a unit of each in the demo is one of its base, which is what is taken',
  ],
  [
    /^alerts\.(at|severity|symbol) of the row before$|^alerts\.(at|symbol) of another row for one$|^alerts\.acknowledged_at \+1h/,
    'as many of each as before, or one that is elsewhere: below critical nobody need answer in time, and no other row says which instrument an alert is about',
  ],
  [
    /^(alerts|stream_events)( (emptied|without )|\.at (-1[hd]|constant)$)/,
    'a few in a day, at no pace: no pause of theirs is unusual, and no other row says that one is missing',
  ],
  [
    /^trailing_updates( emptied| without (an|the first) hour|\.at -1h)$/,
    'they come with positions, in bursts; an end hours early is told (DQ-03)',
  ],
  [
    /^(api_calls|signals) emptied$|^(api_calls|trailing_updates)\.(duration_ms|attempt|rate_limit_used|rate_limit_remaining|http_status) NULL|^api_calls\.http_status 0$/,
    'a bot need not keep it: its check is not scored then; an answer without a status of HTTP has its outcome',
  ],
  [
    /^api_calls\.(operation|outcome|error_class|http_status) .*(for one|of the row before)$|^api_calls\.error_class an unknown word$/,
    'one call of tens of thousands, or as many of each as before: no other row says what a call was',
  ],
  [
    /^api_calls\.exchange (NULL|empty|an unknown|with a blank|of|constant|as json)/,
    'a bot also asks others than its exchanges; no other row says whom a call asked',
  ],
  [
    /^orders\.(id (an unknown word|of another row)|venue_at NULL) for one$/,
    'a target that was cancelled traded nothing, and no other row names it',
  ],
  [
    /^orders\.created_at of the row before$/,
    'each is some seconds earlier, as of a slow request: none lies before what it follows',
  ],
  [
    /^orders\.exchange_order_id (NULL|empty|an unknown word for one|of (the row before|another row))/,
    'only the exchange knows whose ids they are, and they are compared where its state is read; a bot may keep none',
  ],
  [
    /^orders\.(price (NULL|of the row before)|filled (NULL|x10 for one)|average_price (NULL|0$)|remaining (NULL|0$|of |constant))/,
    'what was traded stands in the fills; an order that ended has nothing left, or what it never filled',
  ],
  [
    /^orders\.(position_idx|reject_code) /,
    'no number hangs on them: they are shown with the order as the bot gave them',
  ],
  [
    /^orders\.role NULL|^orders\.parent_id /,
    'type and times say what an order is for and which it replaced; a parent may be the name of a group',
  ],
  [
    /\.(client_order_id|time_in_force|reject_reason|error) NULL$|^executions\.error_message NULL$/,
    'only people read it: no number and no check hangs on it',
  ],
  [/^positions\.funding x10 for one$/, 'ten times 0 is 0'],
  [/^orders\.strategy (NULL|empty)/, 'each order names its position, which has one'],
  [
    /^orders\.(updated_at (NULL|[+]1h)|(filled_at|cancelled_at|triggered_at) NULL)/,
    'the other times of the row and its fills say when, and a row may be written again later',
  ],
  [
    /^stop_changes\.(position_id|order_id|exchange|kind|at|old_price|new_price|duration_ms|unprotected_window_ms) (NULL|0$|an unknown word)/,
    'the orders of the stops say when each stood and at which price; a change that says nothing adds nothing',
  ],
  [
    /^stop_changes\.(duration_ms|unprotected_window_ms) /,
    'how long a change took is measured on its orders, and these are used only where there are none',
  ],
  [
    /^stop_changes\.(kind of another row|old_price of another row) for one$/,
    'one in hundreds; the orders of the stop say what it did',
  ],
  [
    /^(orders\.(created_at|filled_at|cancelled_at|triggered_at|venue_at)|positions\.(opened_at|closed_at)|stop_changes\.at) .*for one$/,
    'of two rows that name each other nothing tells which has the wrong time',
  ],
  [
    /^(orders|fills|decisions|signals|positions)\.strategy .*for one$|^(orders|fills)\.(position_id|symbol) .*for one$/,
    'a name may be another one of the same, few may be moved by hand or belong to several, and money follows the ids',
  ],
];

/** Why a change that passes with nothing found is harmless; null: it is not known to be. */
export function harmlessWhy(change: string): string | null {
  return HARMLESS.find(([pattern]) => pattern.test(change))?.[1] ?? null;
}
