-- heartbeats
insert into bot.heartbeats select t, 'trader', (extract(epoch from t)/60)::int % 100000, 'ok', 'trader-0', '1' from generate_series('2026-11-25 00:00:05+00'::timestamptz, '2026-11-26 07:59:59+00', '1 minute') t;
insert into bot.states select h, n, v, '2026-11-20+00', 'operator', null, 0, null, null from (values ('2026-11-25 16:00:01+00'::timestamptz),('2026-11-26 00:00:01+00'),('2026-11-26 07:00:01+00')) x(h), (values ('kill_switch','off'),('trading_enabled','true'),('circuit_breaker','closed'),('global_blocker','off')) y(n,v);
insert into bot.limits values ('max_positions',40,'bot','positions'),('daily_loss',1500,'bot','USDT'),('per_trade_loss',1000,'position','USDT');
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
