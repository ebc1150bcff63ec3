-- As 0006 has it for the tables before.
DO $$
DECLARE
    text_column record;
BEGIN
    FOR text_column IN
        SELECT table_name, column_name FROM information_schema.columns
        WHERE table_schema = current_schema() AND data_type = 'text'
            AND table_name IN ('erased', 'media_gone', 'words_to_go', 'retention', 'data_links')
    LOOP
        EXECUTE format('ALTER TABLE %I ALTER COLUMN %I TYPE TEXT COLLATE "C"', text_column.table_name, text_column.column_name);
    END LOOP;
END
$$;
