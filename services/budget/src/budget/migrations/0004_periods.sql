-- The life of a region's budget over a year. Figures, proposals, acts and trades beside the ledger's own tables.

-- What was measured: versions are added and never changed. known_at is when a version became known here.
CREATE TABLE statistic (
    -- Series and period, e.g. 630000/energy_kgce/当量/2025-03.
    figure text COLLATE "C" NOT NULL CHECK (length(figure) BETWEEN 1 AND 100),
    version integer NOT NULL CHECK (version >= 1),
    region_code text NOT NULL CHECK (region_code ~ '^[1-9][0-9]{5}$'),
    kind text NOT NULL CHECK (kind IN ('energy_kgce', 'carbon_kgco2', 'gdp_cny')),
    basis text CHECK (basis IN ('当量', '等价')),
    price_year integer CHECK (price_year BETWEEN 1949 AND 2200),
    year integer NOT NULL CHECK (year BETWEEN 1949 AND 2200),
    quarter integer NOT NULL CHECK (quarter BETWEEN 0 AND 4),
    month integer NOT NULL CHECK (month BETWEEN 0 AND 12),
    stage text NOT NULL CHECK (stage IN ('provisional', 'final', 'revised')),
    value bigint NOT NULL CHECK (value BETWEEN 0 AND 1000000000000000000),
    document text NOT NULL CHECK (length(document) BETWEEN 1 AND 300),
    known_at timestamptz NOT NULL,
    PRIMARY KEY (figure, version),
    UNIQUE (figure, known_at),
    CHECK (month = 0 OR quarter = 0),
    -- Different bases and different prices are different series: they never meet.
    CHECK ((basis IS NOT NULL) = (kind = 'energy_kgce')),
    CHECK ((price_year IS NOT NULL) = (kind = 'gdp_cny'))
);

-- Envelopes as they were derived. `content` is the whole proposal as the API shows it.
CREATE TABLE envelope_proposal (
    proposal_id text COLLATE "C" PRIMARY KEY CHECK (length(proposal_id) BETWEEN 1 AND 100),
    region_code text NOT NULL CHECK (region_code ~ '^[1-9][0-9]{5}$'),
    year integer NOT NULL CHECK (year BETWEEN 1949 AND 2200),
    instrument text NOT NULL CHECK (instrument IN ('energy', 'carbon')),
    amount bigint NOT NULL CHECK (amount BETWEEN 0 AND 1000000000000000000),
    state text NOT NULL CHECK (state IN ('proposed', 'adopted', 'replaced')),
    proposed_at timestamptz NOT NULL,
    adopted_at timestamptz,
    replaced_at timestamptz,
    content bytea NOT NULL,
    CHECK ((state = 'proposed') = (adopted_at IS NULL)),
    CHECK ((state = 'replaced') = (replaced_at IS NOT NULL)),
    CHECK (state = 'proposed' OR amount > 0)
);

-- One derived envelope stands for a region, year and instrument: two would count twice.
CREATE UNIQUE INDEX envelope_adopted_once ON envelope_proposal (region_code, year, instrument) WHERE state = 'adopted';

-- Closings and reopenings, for ever.
CREATE TABLE period_act (
    act_id text COLLATE "C" PRIMARY KEY CHECK (length(act_id) BETWEEN 1 AND 100),
    kind text NOT NULL CHECK (kind IN ('close', 'reopen')),
    region_code text NOT NULL CHECK (region_code ~ '^[1-9][0-9]{5}$'),
    year integer NOT NULL CHECK (year BETWEEN 1949 AND 2200),
    signers text[] NOT NULL CHECK (cardinality(signers) = 2 AND signers[1] <> signers[2]),
    known_at timestamptz NOT NULL,
    content bytea NOT NULL
);

-- A hold goes to the next year once, and in the place of one hold only.
CREATE TABLE carried_hold (
    from_hold text COLLATE "C" PRIMARY KEY,
    to_hold text COLLATE "C" NOT NULL UNIQUE,
    act_id text COLLATE "C" NOT NULL REFERENCES period_act,
    CHECK (from_hold <> to_hold)
);

-- Which account an act closed or opened, so that it can be asked for of any day and any knowledge.
CREATE TABLE period_mark (
    seq bigint GENERATED ALWAYS AS IDENTITY,
    account_id text COLLATE "C" NOT NULL,
    act_id text COLLATE "C" NOT NULL REFERENCES period_act,
    closed boolean NOT NULL,
    effective_on date NOT NULL,
    known_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, seq),
    UNIQUE (act_id, account_id)
);

-- Energy-use rights that one region offers to another.
CREATE TABLE trade (
    trade_id text COLLATE "C" PRIMARY KEY CHECK (length(trade_id) BETWEEN 1 AND 100),
    seller text NOT NULL CHECK (seller ~ '^[1-9][0-9]{5}$'),
    buyer text NOT NULL CHECK (buyer ~ '^[1-9][0-9]{5}$'),
    year integer NOT NULL CHECK (year BETWEEN 1949 AND 2200),
    amount_kgce bigint NOT NULL CHECK (amount_kgce BETWEEN 1 AND 1000000000000000000),
    expire_date date NOT NULL,
    state text NOT NULL CHECK (state IN ('proposed', 'accepted', 'rejected', 'withdrawn', 'expired')),
    proposed_at timestamptz NOT NULL,
    decider text NOT NULL,
    decided_at timestamptz,
    content bytea NOT NULL,
    CHECK (seller <> buyer),
    CHECK ((state = 'proposed') = (decided_at IS NULL)),
    -- Whoever decides has a name; only time has none.
    CHECK ((state IN ('proposed', 'expired')) = (decider = ''))
);

CREATE INDEX trade_waiting ON trade (expire_date, trade_id) WHERE state = 'proposed';

CREATE FUNCTION period_record_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: what was recorded is followed by another record, never changed', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER statistic_is_never_changed BEFORE UPDATE OR DELETE ON statistic
    FOR EACH ROW EXECUTE FUNCTION period_record_refuse_change();
CREATE TRIGGER period_act_is_never_changed BEFORE UPDATE OR DELETE ON period_act
    FOR EACH ROW EXECUTE FUNCTION period_record_refuse_change();
CREATE TRIGGER period_mark_is_never_changed BEFORE UPDATE OR DELETE ON period_mark
    FOR EACH ROW EXECUTE FUNCTION period_record_refuse_change();
CREATE TRIGGER carried_hold_is_never_changed BEFORE UPDATE OR DELETE ON carried_hold
    FOR EACH ROW EXECUTE FUNCTION period_record_refuse_change();
CREATE TRIGGER envelope_proposal_is_never_deleted BEFORE DELETE ON envelope_proposal
    FOR EACH ROW EXECUTE FUNCTION period_record_refuse_change();
CREATE TRIGGER trade_is_never_deleted BEFORE DELETE ON trade
    FOR EACH ROW EXECUTE FUNCTION period_record_refuse_change();

-- A proposal goes from proposed to adopted to replaced, and keeps what was derived.
CREATE FUNCTION envelope_proposal_moves_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.proposal_id, NEW.region_code, NEW.year, NEW.instrument, NEW.amount, NEW.proposed_at)
            IS DISTINCT FROM (OLD.proposal_id, OLD.region_code, OLD.year, OLD.instrument, OLD.amount, OLD.proposed_at)
        OR (OLD.state, NEW.state) NOT IN (('proposed', 'adopted'), ('adopted', 'replaced'))
    THEN
        RAISE EXCEPTION 'proposal % is % and cannot become %', OLD.proposal_id, OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER envelope_proposal_moves_on BEFORE UPDATE ON envelope_proposal
    FOR EACH ROW EXECUTE FUNCTION envelope_proposal_moves_on();

-- A trade is decided once, and keeps its terms.
CREATE FUNCTION trade_is_decided_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'proposed' OR NEW.state = 'proposed'
        OR (NEW.trade_id, NEW.seller, NEW.buyer, NEW.year, NEW.amount_kgce, NEW.expire_date, NEW.proposed_at)
            IS DISTINCT FROM
            (OLD.trade_id, OLD.seller, OLD.buyer, OLD.year, OLD.amount_kgce, OLD.expire_date, OLD.proposed_at)
    THEN
        RAISE EXCEPTION 'trade % is % and cannot become %', OLD.trade_id, OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER trade_is_decided_once BEFORE UPDATE ON trade FOR EACH ROW EXECUTE FUNCTION trade_is_decided_once();
