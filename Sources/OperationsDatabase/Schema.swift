import GRDB

/// The tables of a store's database. Migrations are appended, never changed: a store of any earlier version opens.
///
/// Dates are days since 1970-01-01, moments seconds since then, money micropounds, energy watt-hours, all INTEGER.
/// What needs more than 64 bits is decimal TEXT. Nothing is REAL; STRICT tables hold SQLite to it.
enum Schema {
  /// `Half` in ASCII: marks the database of a store in the file's header.
  static let applicationID: Int32 = 0x4861_6C66

  static let migrator: DatabaseMigrator = {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("0001 facts and results") { db in
      try db.execute(sql: "PRAGMA application_id = \(applicationID)")
      try db.execute(sql: facts)
      try db.execute(sql: results)
    }
    migrator.registerMigration("0002 group takes") { db in try db.execute(sql: groupTakes) }
    migrator.registerMigration("0003 payment dates of runs") { db in
      try db.execute(sql: "ALTER TABLE run ADD COLUMN payment_date INTEGER")
    }
    return migrator
  }()

  /// `origin` is the hash of the source that a fact names, NULL where it is the batch's own: nearly always.
  private static let facts = """
    CREATE TABLE series (
      number INTEGER PRIMARY KEY,
      name TEXT NOT NULL,
      quantity TEXT NOT NULL,
      UNIQUE (name, quantity)
    ) STRICT;
    CREATE TABLE source (
      number INTEGER PRIMARY KEY,
      hash TEXT NOT NULL UNIQUE,
      name TEXT NOT NULL,
      format TEXT NOT NULL,
      byte_count INTEGER NOT NULL,
      received_at INTEGER NOT NULL,
      settings TEXT NOT NULL,
      accepted INTEGER NOT NULL,
      duplicate INTEGER NOT NULL,
      conflicting INTEGER NOT NULL,
      quarantined INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE finding (
      batch INTEGER NOT NULL REFERENCES source (number),
      ordinal INTEGER NOT NULL,
      rule TEXT NOT NULL,
      severity TEXT NOT NULL,
      file TEXT,
      line INTEGER,
      field TEXT,
      message TEXT NOT NULL,
      remedy TEXT NOT NULL,
      detail TEXT,
      PRIMARY KEY (batch, ordinal)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE finding_count (
      batch INTEGER NOT NULL REFERENCES source (number),
      rule TEXT NOT NULL,
      count INTEGER NOT NULL,
      PRIMARY KEY (batch, rule)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE layer (
      number INTEGER PRIMARY KEY,
      token TEXT NOT NULL UNIQUE,
      batch INTEGER NOT NULL REFERENCES source (number),
      date INTEGER NOT NULL,
      received_at INTEGER NOT NULL,
      origin TEXT,
      sequence INTEGER NOT NULL,
      bytes INTEGER NOT NULL,
      crc INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX layer_by_date ON layer (date);
    CREATE TABLE registration (
      number INTEGER PRIMARY KEY,
      batch INTEGER NOT NULL REFERENCES source (number),
      mpan INTEGER NOT NULL,
      alias TEXT,
      quantity TEXT NOT NULL,
      supplier TEXT NOT NULL,
      gsp_group TEXT NOT NULL,
      distributor INTEGER NOT NULL,
      loss_class TEXT NOT NULL,
      consumption_class TEXT NOT NULL,
      tariff TEXT,
      payment_method TEXT NOT NULL,
      capacity_watts INTEGER NOT NULL,
      effective_from INTEGER NOT NULL,
      effective_to INTEGER,
      recorded_at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE register_read (
      number INTEGER PRIMARY KEY,
      batch INTEGER NOT NULL REFERENCES source (number),
      mpan INTEGER NOT NULL,
      meter TEXT NOT NULL,
      register TEXT NOT NULL,
      taken_at INTEGER NOT NULL,
      tenths_of_kwh INTEGER NOT NULL,
      type TEXT NOT NULL,
      status TEXT NOT NULL,
      received_at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE loss_factor (
      number INTEGER PRIMARY KEY,
      batch INTEGER NOT NULL REFERENCES source (number),
      origin TEXT,
      distributor INTEGER NOT NULL,
      loss_class TEXT NOT NULL,
      received_at INTEGER NOT NULL,
      schedule BLOB NOT NULL
    ) STRICT;
    CREATE INDEX loss_factor_by_class ON loss_factor (distributor, loss_class);
    CREATE TABLE system_price (
      number INTEGER PRIMARY KEY,
      batch INTEGER NOT NULL REFERENCES source (number),
      origin TEXT,
      date INTEGER NOT NULL,
      period INTEGER NOT NULL,
      sell INTEGER NOT NULL,
      buy INTEGER NOT NULL,
      imbalance_volume TEXT,
      received_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX system_price_by_date ON system_price (date, period);
    CREATE TABLE contract_volume (
      number INTEGER PRIMARY KEY,
      batch INTEGER NOT NULL REFERENCES source (number),
      origin TEXT,
      party TEXT NOT NULL,
      date INTEGER NOT NULL,
      period INTEGER NOT NULL,
      bought INTEGER NOT NULL,
      received_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX contract_volume_by_date ON contract_volume (date, period);
    CREATE TABLE tariff_book (
      number INTEGER PRIMARY KEY,
      batch INTEGER NOT NULL REFERENCES source (number),
      bytes BLOB NOT NULL
    ) STRICT;
    """

  private static let groupTakes = """
    CREATE TABLE group_take (
      number INTEGER PRIMARY KEY,
      batch INTEGER NOT NULL REFERENCES source (number),
      origin TEXT,
      gsp_group TEXT NOT NULL,
      date INTEGER NOT NULL,
      period INTEGER NOT NULL,
      take INTEGER NOT NULL,
      received_at INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX group_take_by_date ON group_take (date, period);
    """

  private static let results = """
    CREATE TABLE run (
      rulebook TEXT NOT NULL,
      date INTEGER NOT NULL,
      run TEXT NOT NULL,
      cut_off INTEGER NOT NULL,
      run_date INTEGER NOT NULL,
      input_hash TEXT NOT NULL,
      result_hash TEXT NOT NULL,
      result BLOB NOT NULL,
      PRIMARY KEY (rulebook, date, run)
    ) STRICT;
    CREATE TABLE document (
      kind TEXT NOT NULL,
      id TEXT NOT NULL,
      hash TEXT NOT NULL,
      bytes BLOB NOT NULL,
      PRIMARY KEY (kind, id)
    ) STRICT;
    CREATE TABLE journal_entry (
      number INTEGER PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      date INTEGER NOT NULL,
      narrative TEXT NOT NULL
    ) STRICT;
    CREATE TABLE account (
      number INTEGER PRIMARY KEY,
      path TEXT NOT NULL UNIQUE
    ) STRICT;
    CREATE TABLE posting (
      entry INTEGER NOT NULL REFERENCES journal_entry (number),
      ordinal INTEGER NOT NULL,
      account INTEGER NOT NULL REFERENCES account (number),
      amount INTEGER NOT NULL,
      PRIMARY KEY (entry, ordinal)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX posting_by_account ON posting (account, amount);
    """
}
