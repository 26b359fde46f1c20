-- Format 7, for one site ($1): its movements leave the one outbox that there was. `server/src/ledger/hand_off.sql` says the same.
-- Each statement stands alone; the ledger of another site may still be of an older format.
INSERT INTO lotline.movement (site, arrival, device, kind, unit, legs)
  SELECT site, arrival, device, '', 'device:' || device, legs FROM lotline.wms_outbox WHERE site = $1
  ON CONFLICT DO NOTHING;
INSERT INTO lotline.back_end (site, back_end, kind, ordering, kinds, since, applied, held_until_ms)
  SELECT $1, 'wms', 'http', 'device', '', 0, count(*) FILTER (WHERE state = 'in_wms'), 0
    FROM lotline.wms_outbox WHERE site = $1
  HAVING count(*) FILTER (WHERE state <> 'queued' OR tries > 0) > 0
  ON CONFLICT DO NOTHING;
INSERT INTO lotline.delivery (site, back_end, arrival, unit, state, turn, tries, failed, due_ms, reason)
  SELECT o.site, 'wms', o.arrival, 'device:' || o.device,
         CASE o.state WHEN 'in_wms' THEN 'applied' WHEN 'refused' THEN 'rejected' ELSE CASE WHEN o.tries > 0 THEN 'sent' ELSE 'queued' END END,
         CASE o.state WHEN 'in_wms' THEN 0 WHEN 'refused' THEN 3 ELSE 1 END,
         o.tries, 0, o.due_ms, o.reason
    FROM lotline.wms_outbox o JOIN lotline.back_end b ON b.site = o.site AND b.back_end = 'wms'
   WHERE o.site = $1
  ON CONFLICT DO NOTHING;
UPDATE lotline.delivery SET turn = 2
 WHERE site = $1 AND turn = 1
   AND arrival IN (SELECT min(arrival) FROM lotline.delivery WHERE site = $1 AND turn = 1 GROUP BY unit);
DELETE FROM lotline.wms_outbox WHERE site = $1;
