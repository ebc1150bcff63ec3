-- The figures' tickets_by_time (0035) finds a month as well; two indexes for one question cost every report twice.
DROP INDEX tickets_by_report;
