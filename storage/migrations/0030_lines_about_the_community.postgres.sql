-- A line about the community itself has neither ticket nor state.
ALTER TABLE ledger
    ALTER COLUMN ticket DROP NOT NULL,
    ALTER COLUMN state DROP NOT NULL,
    ADD CONSTRAINT ledger_state_of_a_ticket CHECK ((ticket IS NULL) = (state IS NULL));
