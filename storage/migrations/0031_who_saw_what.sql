-- What was done with residents' data, and what was done to the community itself, are each looked for alone.
CREATE INDEX ledger_of_persons ON ledger (community, seq) WHERE act IN ('see', 'disclose', 'erase', 'expire', 'export');
CREATE INDEX ledger_of_community ON ledger (community, seq) WHERE ticket IS NULL;
