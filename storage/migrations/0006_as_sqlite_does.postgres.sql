-- Lists come in as one JSON text (storage/catalogue.py). Not STRICT, so that the planner can look into it.
CREATE FUNCTION json_each(keys TEXT) RETURNS TABLE (value TEXT) LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT json_array_elements_text(keys::json)
$$;

-- Texts are compared byte by byte, as SQLite does: the order is the same everywhere, comparing is faster, and no update
-- of the operating system's languages leaves an index out of order.
DO $$
DECLARE
    text_column record;
BEGIN
    FOR text_column IN
        SELECT table_name, column_name FROM information_schema.columns
        WHERE table_schema = current_schema() AND data_type = 'text' AND table_name <> 'migrations'
    LOOP
        EXECUTE format('ALTER TABLE %I ALTER COLUMN %I TYPE TEXT COLLATE "C"', text_column.table_name, text_column.column_name);
    END LOOP;
END
$$;
