-- heartbeats
insert into bot.heartbeats select t, 'trader', (extract(epoch from t)/60)::int % 100000, 'ok', 'trader-0', '1' from generate_series('2026-11-25 00:00:05+00'::timestamptz, '2026-11-26 07:59:59+00', '1 minute') t;
insert into bot.states select h, n, v, '2026-11-20+00', 'operator', null, 0, null, null from (values ('2026-11-25 16:00:01+00'::timestamptz),('2026-11-26 00:00:01+00'),('2026-11-26 07:00:01+00')) x(h), (values ('kill_switch','off'),('trading_enabled','true'),('circuit_breaker','closed'),('global_blocker','off')) y(n,v);
insert into bot.limits values ('max_positions',40,'bot','positions'),('daily_loss',1500,'bot','USDT'),('per_trade_loss',1000,'position','USDT');
create function bot.pos(pid text, sym text, ex text, sd text, qty numeric, entry numeric, st text, o timestamptz, c timestamptz, xp numeric, net numeric, fee numeric, fund numeric, slp numeric) returns void language sql as $f$
 insert into bot.positions(id,symbol,side,quantity,entry_price,status,opened_at,exchange,strategy,closed_at,exit_price,exit_reason,realized_pnl,unrealized_pnl,fees,funding,leverage,current_price,current_price_at,stop_loss_price,has_stop_loss,last_evaluated_at,updated_at)
 values (pid,sym,sd,qty,entry,st,o,ex,'s1',c,xp,case when c is null then null else 'signal' end, case when c is null then null else net end, 0, fee, fund, 3, coalesce(xp,entry), coalesce(c,'2026-11-26 07:59:50+00'), slp, true, coalesce(c,'2026-11-26 07:59:50+00'), coalesce(c,'2026-11-26 07:59:50+00'));
$f$;
create function bot.fil(fid text, pid text, oid text, sym text, ex text, sd text, px numeric, qty numeric, t timestamptz, fee numeric, fcur text, rp numeric) returns void language sql as $f$
 insert into bot.fills values (fid,oid,sym,sd,px,qty,t,ex,fee,fcur,false,rp,pid,'s1');
$f$;
create function bot.stp(pid text, oid text, trig numeric, qty numeric, f timestamptz, u timestamptz) returns void language sql as $f$
 insert into bot.orders(id,symbol,side,type,status,quantity,created_at,exchange,exchange_order_id,client_order_id,trigger_price,filled,remaining,reduce_only,venue_at,position_idx,role,time_in_force,position_id,strategy,updated_at,cancelled_at)
 select oid, symbol, case side when 'long' then 'sell' else 'buy' end, 'stop_market', case when u is null then 'new' else 'cancelled' end, qty, f, exchange, oid||'x', oid||'c', trig, 0, qty, true, f+interval '200 ms', 0, 'stop','GTC',pid,'s1', coalesce(u,f+interval '200 ms'), u from bot.positions where id=pid;
 insert into bot.stop_changes select pid, f+interval '200 ms','placed',null,trig,oid,exchange,200,null,null from bot.positions where id=pid;
 insert into bot.stop_changes select pid, u,'removed',trig,null,oid,exchange,200,null,null from bot.positions where id=pid and u is not null;
$f$;
-- derived rows
create function bot.fin(start numeric default 10000) returns void language plpgsql as $f$
begin
 insert into bot.orders(id,symbol,side,type,status,quantity,created_at,exchange,exchange_order_id,client_order_id,filled,remaining,average_price,reduce_only,venue_at,position_idx,role,time_in_force,position_id,strategy,updated_at,filled_at)
 select order_id, min(symbol), min(side), 'market','filled', sum(quantity), min(at)-interval '100 ms', min(exchange), order_id||'x', order_id||'c', sum(quantity),0, sum(price*quantity)/sum(quantity), order_id like '%x%', min(at)-interval '50 ms',0, case when order_id like '%x%' then 'exit' else 'entry' end,'IOC',min(position_id),'s1',max(at),max(at)
 from bot.fills where order_id not in (select id from bot.orders) group by order_id;
 insert into bot.events(at,type,id,severity,position_id,symbol,exchange,writer) select opened_at+interval '10 ms','position_opened','eo-'||id,'INFO',id,symbol,exchange,'trader' from bot.positions;
 insert into bot.events(at,type,id,severity,position_id,symbol,exchange,writer) select closed_at+interval '10 ms','position_closed','ec-'||id,'INFO',id,symbol,exchange,'trader' from bot.positions where closed_at is not null;
 insert into bot.events(at,type,id,severity,writer) select t,'price_updated','pu-'||extract(epoch from t)::bigint,'INFO','feed' from generate_series('2026-11-26 00:00:20+00'::timestamptz,'2026-11-26 07:59:59+00','1 minute') t;
 insert into bot.prices select s.symbol, t, (select price from bot.fills f where f.symbol=s.symbol and f.exchange=s.exchange order by (f.at<=t) desc, case when f.at<=t then t-f.at else f.at-t end limit 1), s.exchange,'mark',null,null from (select distinct symbol,exchange from bot.fills) s, generate_series('2026-11-25 23:50:00+00'::timestamptz,'2026-11-26 08:00:00+00','1 minute') t on conflict do nothing;
 insert into bot.balances select t, 'USDT', b.tot, e.exchange, 'futures', b.tot, 0, 0, b.tot
 from (select distinct exchange from bot.fills union select unnest(array['binance','bybit'])) e, generate_series('2026-11-25 16:00:00+00'::timestamptz,'2026-11-26 08:00:00+00','1 minute') t,
 lateral (select start + coalesce((select sum(realized_pnl) - sum(case when fee_currency='USDT' then fee else 0 end) from bot.fills f where f.exchange=e.exchange and f.at<t),0) + coalesce((select sum(amount) from bot.funding f where f.exchange=e.exchange and f.at<t),0) + coalesce((select sum(amount) from bot.transfers f where f.exchange=e.exchange and f.at<t and currency='USDT'),0) as tot) b on conflict do nothing;
end $f$;
