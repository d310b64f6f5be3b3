-- Both keys at this moment: a confirmed duty in the fund, and a live role grant for it whose scope covers the fund.
-- An organisation's grant covers the fund where that organisation, or one below it, works in the fund's community.
CREATE FUNCTION duty_works(p_fund uuid, p_person uuid, p_duty text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1
          FROM (SELECT now() + shift AS at FROM clock) AS t
          JOIN fund f ON f.id = p_fund
          JOIN book b ON b.id = f.book_id
          JOIN fund_duty d ON d.fund_id = f.id AND d.person_id = p_person AND d.duty = p_duty AND d.state = 'confirmed'
           AND (t.at AT TIME ZONE b.zone)::date BETWEEN d.valid_from AND coalesce(d.valid_until, 'infinity')
          JOIN grants g ON g.subject_id = p_person AND g.valid_from <= t.at AND (g.valid_until IS NULL OR g.valid_until > t.at)
          JOIN duty_role r ON r.duty = p_duty AND r.role = g.role
         WHERE g.scope_kind = 'area' AND EXISTS (SELECT 1 FROM area_ref a WHERE a.id = f.community_id AND g.scope_id = ANY (a.path))
            OR g.scope_kind = 'organization' AND EXISTS (
                SELECT 1 FROM organization_ref o JOIN area_ref a ON a.id = o.area_id
                 WHERE f.community_id = ANY (a.path) AND g.scope_id = ANY (o.path))
    )
$$;
