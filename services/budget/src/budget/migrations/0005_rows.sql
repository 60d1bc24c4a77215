-- What is kept of a region's budget is seen where the region is; a trade by both sides. The ledger's own accounts are
-- those of regions that each request names, and evidence is used once in the whole province: neither has a policy.
CALL protect_rows('deduction', '{region_code}', 'filing');
CALL protect_rows('envelope_grant', '{region_code}');
CALL protect_rows('envelope_proposal', '{region_code}');
CALL protect_rows('period_act', '{region_code}');
CALL protect_rows('statistic', '{region_code}');
CALL protect_rows('trade', '{seller,buyer}');
CALL protect_rows('budget_offset', '{region_code}');
CALL protect_rows('saving', '{region_code}');
CALL protect_rows('saving_hold', '{region_code}', 'filing');
