-- name: jobs_claim!
INSERT INTO jobs (job, period, at) VALUES (:job, :period, :now) ON CONFLICT (job, period) DO NOTHING;

-- name: pulse_beat!
INSERT INTO counters (name, value) VALUES ('pulse', :now)
ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- name: pulse_last
SELECT value FROM counters WHERE name = 'pulse';
