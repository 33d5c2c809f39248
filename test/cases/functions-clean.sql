-- Only for speed: what bot.fin2 asks of each minute.
create index on bot.fills (exchange, at) where id like 'Z%';
create index on bot.fills (exchange, symbol);
create function bot.fin2() returns void language plpgsql as $f$
begin
 insert into bot.orders(id,symbol,side,type,status,quantity,created_at,exchange,exchange_order_id,client_order_id,filled,remaining,average_price,reduce_only,venue_at,position_idx,role,time_in_force,position_id,strategy,updated_at,filled_at)
 select order_id, min(symbol), min(side), 'market','filled', sum(quantity), min(at)-interval '100 ms', min(exchange), order_id||'x', order_id||'c', sum(quantity),0, sum(price*quantity)/sum(quantity), order_id like '%x%', min(at)-interval '50 ms',0, case when order_id like '%x%' then 'exit' else 'entry' end,'IOC',min(position_id),'s1',max(at),max(at)
 from bot.fills where id like 'Z%' and order_id not in (select id from bot.orders) group by order_id;
 insert into bot.events(at,type,id,severity,position_id,symbol,exchange,writer) select opened_at+interval '10 ms','position_opened','eo-'||id,'INFO',id,symbol,exchange,'trader' from bot.positions where id like 'Z%';
 insert into bot.events(at,type,id,severity,position_id,symbol,exchange,writer) select closed_at+interval '10 ms','position_closed','ec-'||id,'INFO',id,symbol,exchange,'trader' from bot.positions where closed_at is not null and id like 'Z%';
 insert into bot.prices select s.symbol, t, (select price from bot.fills f where f.symbol=s.symbol and f.exchange=s.exchange order by (f.at<=t) desc, case when f.at<=t then t-f.at else f.at-t end limit 1), s.exchange,'mark',null,null from (select distinct symbol,exchange from bot.fills where id like 'Z%') s, generate_series('2026-11-25 23:50:00+00'::timestamptz,'2026-11-26 08:00:00+00','1 minute') t on conflict do nothing;
 update bot.balances b set total = total + d.x, equity = equity + d.x, free = free + d.x from (select b2.at, b2.exchange, coalesce((select sum(realized_pnl) - sum(case when fee_currency='USDT' then fee else 0 end) from bot.fills f where f.id like 'Z%' and f.exchange=b2.exchange and f.at<b2.at),0) + coalesce((select sum(amount) from bot.funding f where f.position_id like 'Z%' and f.exchange=b2.exchange and f.at<b2.at),0) as x from bot.balances b2 where b2.currency='USDT') d where d.at=b.at and d.exchange=b.exchange and b.currency='USDT';
 delete from bot.totals;
end $f$;
