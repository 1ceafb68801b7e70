-- Schema of a SparseProf database. Observations only: what was run, what was seen. docs/store.md explains every column.
-- Every row ends with a checksum over its other columns, ids excepted; null in rows that an older schema wrote.
-- Quantities are in SI base units, named by suffix (_s, _j, _w, _hz, _bytes); times of day are ISO 8601 in UTC.

CREATE TABLE run (
    id                  INTEGER PRIMARY KEY,
    key                 TEXT    NOT NULL UNIQUE,
    started_utc         TEXT    NOT NULL,
    ended_utc           TEXT,
    outcome             TEXT    CHECK (outcome IN ('completed', 'interrupted', 'failed', 'out_of_time')),
    command             TEXT    NOT NULL,
    program_version     TEXT    NOT NULL,
    git_commit          TEXT,
    host_key            TEXT    NOT NULL,
    host_system         TEXT    NOT NULL,
    device_kind         TEXT    NOT NULL,
    device_index        INTEGER NOT NULL,
    device_name         TEXT    NOT NULL,
    device_key          TEXT    NOT NULL,
    device_driver       TEXT    NOT NULL,
    device_architecture TEXT    NOT NULL,
    device_units        INTEGER NOT NULL,
    device_memory_bytes REAL    NOT NULL,
    device_cache_bytes  REAL    NOT NULL,
    device_max_clock_hz REAL,
    device_facts_json   TEXT    NOT NULL DEFAULT '{}' CHECK (json_valid(device_facts_json)),
    clocks_policy       TEXT    NOT NULL,
    settings_json       TEXT    NOT NULL DEFAULT '{}' CHECK (json_valid(settings_json)),
    checksum            INTEGER
) STRICT;

CREATE TABLE library (
    run_id  INTEGER NOT NULL REFERENCES run (id),
    name    TEXT    NOT NULL,
    version TEXT    NOT NULL,
    path    TEXT,
    checksum INTEGER,
    PRIMARY KEY (run_id, name)
) STRICT, WITHOUT ROWID;

-- The files that a run was merged from; none where it was measured into this one.
CREATE TABLE origin (
    run_id INTEGER NOT NULL REFERENCES run (id),
    file   TEXT    NOT NULL,
    checksum INTEGER,
    PRIMARY KEY (run_id, file)
) STRICT, WITHOUT ROWID;

CREATE TABLE measurement (
    id                     INTEGER PRIMARY KEY,
    run_id                 INTEGER NOT NULL REFERENCES run (id),
    key                    TEXT    NOT NULL UNIQUE,
    case_key               TEXT    NOT NULL,
    started_utc            TEXT    NOT NULL,
    workload               TEXT,
    op                     TEXT    NOT NULL,
    op_kind                TEXT    NOT NULL,
    kernel                 TEXT    NOT NULL,
    library                TEXT,
    library_version        TEXT,
    algorithm              TEXT,
    dtype                  TEXT    NOT NULL,
    pattern                TEXT    NOT NULL,
    m                      INTEGER,
    n                      INTEGER,
    k                      INTEGER,
    batch                  INTEGER,
    mode                   TEXT    NOT NULL CHECK (mode IN ('cold', 'hot', 'graph')),
    regime                 TEXT    NOT NULL CHECK (regime IN ('burst', 'sustained')),
    execution              TEXT    NOT NULL CHECK (execution IN ('dense', 'masked', 'sparse')),
    data                   TEXT    NOT NULL,
    seed                   INTEGER,
    threads                INTEGER,
    dense_equivalent_flops REAL,
    nonzero_flops          REAL,
    parameters_total       REAL,
    parameters_active      REAL,
    parameters_nonzero     REAL,
    weight_bytes           REAL,
    traffic_bytes          REAL,
    verified               INTEGER NOT NULL CHECK (verified IN (0, 1)),
    max_rel_error          REAL,
    tolerance              REAL,
    -- From here on: null until the measurement is complete, and for ever where it was cut off.
    stop_reason            TEXT,
    elapsed_s              REAL,
    sample_count           INTEGER,
    calls_per_sample       INTEGER,
    warm_up_calls          INTEGER,
    timer_resolution_s     REAL,
    median_clock_hz        REAL,
    max_temperature_c      REAL,
    workspace_bytes        REAL,
    peak_memory_bytes      REAL,
    peak_memory_scope      TEXT,
    energy_j               REAL,
    energy_source          TEXT,
    energy_window_s        REAL,
    energy_calls           INTEGER,
    energy_sigma_j         REAL,
    energy_disagreement    REAL,
    energy_missing_because TEXT,
    checksum               INTEGER
) STRICT;

CREATE INDEX measurement_by_case ON measurement (case_key);
CREATE INDEX measurement_by_run ON measurement (run_id);

CREATE TABLE caveat (
    measurement_id INTEGER NOT NULL REFERENCES measurement (id),
    name           TEXT    NOT NULL,
    evidence       TEXT    NOT NULL,
    checksum       INTEGER,
    PRIMARY KEY (measurement_id, name)
) STRICT, WITHOUT ROWID;

-- Raw samples in chunks, as they were taken: little-endian float64 each.
CREATE TABLE sample (
    measurement_id INTEGER NOT NULL REFERENCES measurement (id),
    kind           TEXT    NOT NULL CHECK (kind IN ('time_s', 'clock_hz', 'block')),
    first          INTEGER NOT NULL,
    samples        BLOB    NOT NULL CHECK (length(samples) % 8 = 0),
    checksum       INTEGER,
    PRIMARY KEY (measurement_id, kind, first)
) STRICT, WITHOUT ROWID;

-- Power over time, in chunks: equally long columns of little-endian float32 (NaN: not told), reasons as uint64.
CREATE TABLE power (
    run_id         INTEGER NOT NULL REFERENCES run (id),
    source         TEXT    NOT NULL,
    start_s        REAL    NOT NULL,
    measurement_id INTEGER REFERENCES measurement (id),
    offset_s       BLOB    NOT NULL,
    power_w        BLOB    NOT NULL CHECK (length(power_w) = length(offset_s)),
    clock_hz       BLOB    CHECK (clock_hz IS NULL OR length(clock_hz) = length(offset_s)),
    temperature_c  BLOB    CHECK (temperature_c IS NULL OR length(temperature_c) = length(offset_s)),
    event_reasons  BLOB    CHECK (event_reasons IS NULL OR length(event_reasons) = 2 * length(offset_s)),
    checksum       INTEGER,
    PRIMARY KEY (run_id, source, start_s)
) STRICT, WITHOUT ROWID;

-- Figures that a run finds out about its own instrument: NVML update period, launch floor, copy bandwidth.
CREATE TABLE calibration (
    run_id INTEGER NOT NULL REFERENCES run (id),
    name   TEXT    NOT NULL,
    value  REAL    NOT NULL,
    checksum INTEGER,
    PRIMARY KEY (run_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE attempt (
    id          INTEGER PRIMARY KEY,
    run_id      INTEGER NOT NULL REFERENCES run (id),
    case_key    TEXT    NOT NULL,
    at_utc      TEXT    NOT NULL,
    op          TEXT    NOT NULL,
    kernel      TEXT    NOT NULL,
    status      TEXT    NOT NULL CHECK (status IN ('crash', 'unsupported', 'timeout', 'out_of_memory', 'wrong_result', 'failed')),
    message     TEXT    NOT NULL,
    exit_code   INTEGER,
    signal      INTEGER,
    stderr_tail TEXT,
    checksum    INTEGER
) STRICT;

CREATE INDEX attempt_by_case ON attempt (case_key);

CREATE TABLE training_run (
    id                     INTEGER PRIMARY KEY,
    run_id                 INTEGER NOT NULL REFERENCES run (id),
    key                    TEXT    NOT NULL UNIQUE,
    case_key               TEXT    NOT NULL,
    started_utc            TEXT    NOT NULL,
    workload               TEXT    NOT NULL,
    data_set               TEXT    NOT NULL,
    synthetic              INTEGER NOT NULL CHECK (synthetic IN (0, 1)),
    method                 TEXT    NOT NULL,
    pattern                TEXT    NOT NULL,
    sparsity               REAL    NOT NULL CHECK (sparsity >= 0 AND sparsity < 1),
    seed                   INTEGER NOT NULL,
    parameters_total       REAL    NOT NULL,
    parameters_active      REAL    NOT NULL,
    parameters_nonzero     REAL    NOT NULL,
    config_json            TEXT    NOT NULL CHECK (json_valid(config_json)),
    -- Null until the training has ended.
    ended_utc              TEXT,
    outcome                TEXT    CHECK (outcome IN ('completed', 'interrupted', 'diverged', 'failed')),
    steps                  INTEGER,
    tokens                 REAL,
    final_loss             REAL,
    decayed                INTEGER CHECK (decayed IN (0, 1)),
    elapsed_s              REAL,
    dense_equivalent_flops REAL,
    nonzero_flops          REAL,
    energy_j               REAL,
    energy_missing_because TEXT,
    peak_memory_bytes      REAL,
    checkpoint             TEXT,
    checksum               INTEGER
) STRICT;

CREATE TABLE training_step (
    training_run_id INTEGER NOT NULL REFERENCES training_run (id),
    step            INTEGER NOT NULL,
    elapsed_s       REAL    NOT NULL,
    examples        REAL    NOT NULL,
    tokens          REAL,
    loss            REAL,
    accuracy        REAL,
    learning_rate   REAL,
    gradient_norm   REAL,
    density         REAL,
    checksum        INTEGER,
    PRIMARY KEY (training_run_id, step)
) STRICT, WITHOUT ROWID;

-- Further figures of a step by name: expert load, router entropy, dropped share, mask turnover, density of a layer.
CREATE TABLE training_metric (
    training_run_id INTEGER NOT NULL REFERENCES training_run (id),
    step            INTEGER NOT NULL,
    name            TEXT    NOT NULL,
    value           REAL    NOT NULL,
    checksum        INTEGER,
    PRIMARY KEY (training_run_id, step, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE evaluation (
    id              INTEGER PRIMARY KEY,
    training_run_id INTEGER NOT NULL REFERENCES training_run (id),
    at_utc          TEXT    NOT NULL,
    step            INTEGER NOT NULL,
    data_set        TEXT    NOT NULL,
    synthetic       INTEGER NOT NULL CHECK (synthetic IN (0, 1)),
    split           TEXT    NOT NULL,
    corruption      TEXT    NOT NULL DEFAULT '',
    severity        REAL    NOT NULL DEFAULT 0,
    subgroup        TEXT    NOT NULL DEFAULT '',
    metric          TEXT    NOT NULL,
    value           REAL    NOT NULL,
    ci_low          REAL,
    ci_high         REAL,
    examples        INTEGER NOT NULL,
    checksum        INTEGER,
    UNIQUE (training_run_id, step, data_set, split, corruption, severity, subgroup, metric)
) STRICT;

-- Tables that came from elsewhere; a file is imported once, whatever its name.
CREATE TABLE import (
    id           INTEGER PRIMARY KEY,
    kind         TEXT    NOT NULL CHECK (kind IN ('kernels', 'losses')),
    file         TEXT    NOT NULL,
    sha256       TEXT    NOT NULL,
    imported_utc TEXT    NOT NULL,
    device       TEXT    NOT NULL DEFAULT '',
    rows         INTEGER NOT NULL,
    checksum     INTEGER,
    UNIQUE (kind, sha256, device)
) STRICT;

CREATE TABLE imported_kernel (
    import_id    INTEGER NOT NULL REFERENCES import (id),
    line         INTEGER NOT NULL,
    op           TEXT    NOT NULL,
    dtype        TEXT    NOT NULL,
    pattern      TEXT    NOT NULL,
    m            INTEGER,
    n            INTEGER,
    k            INTEGER,
    experts      INTEGER,
    top_k        INTEGER,
    distribution TEXT,
    batch        INTEGER,
    seq_q        INTEGER,
    seq_kv       INTEGER,
    heads        INTEGER,
    kv_heads     INTEGER,
    head_dim     INTEGER,
    causal       INTEGER,
    rows         INTEGER,
    columns      INTEGER,
    latency_s    REAL    NOT NULL,
    power_w      REAL,
    extra_json   TEXT    NOT NULL DEFAULT '{}' CHECK (json_valid(extra_json)),
    checksum     INTEGER,
    PRIMARY KEY (import_id, line)
) STRICT, WITHOUT ROWID;

CREATE TABLE imported_loss (
    import_id       INTEGER NOT NULL REFERENCES import (id),
    line            INTEGER NOT NULL,
    parameters      REAL    NOT NULL,
    parameters_kind TEXT    NOT NULL CHECK (parameters_kind IN ('active', 'total', 'unknown')),
    tokens          REAL,
    sparsity        REAL    NOT NULL,
    loss            REAL    NOT NULL,
    labels_json     TEXT    NOT NULL DEFAULT '{}' CHECK (json_valid(labels_json)),
    checksum        INTEGER,
    PRIMARY KEY (import_id, line)
) STRICT, WITHOUT ROWID;
