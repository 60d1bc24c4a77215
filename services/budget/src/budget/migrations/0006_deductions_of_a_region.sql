-- Holds are listed by region, then by id: those of one region and all below it stand together.
CREATE INDEX deduction_of_region ON deduction (region_code COLLATE "C", deduction_id)
    WHERE answer IS NOT NULL AND refusal IS NULL;
DROP INDEX deduction_that_took_energy;
