-- One row each: a position, a fill, a stop with its changes.
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
