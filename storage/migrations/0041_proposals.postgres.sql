-- As 0006 has it for the tables before.
ALTER TABLE proposals
    ALTER COLUMN id TYPE TEXT COLLATE "C",
    ALTER COLUMN session TYPE TEXT COLLATE "C",
    ALTER COLUMN community TYPE TEXT COLLATE "C",
    ALTER COLUMN change TYPE TEXT COLLATE "C";
