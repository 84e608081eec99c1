/**
 * Forward migrations: entry `i` takes the database from version `i` to `i + 1`. Entries are never changed or removed,
 * only added, because databases in the field have run them.
 */
export const migrations: readonly string[] = [
  `CREATE TABLE users (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     name TEXT NOT NULL UNIQUE COLLATE NOCASE,
     role TEXT NOT NULL CHECK (role IN ('viewer', 'editor', 'admin')),
     password_hash TEXT NOT NULL,
     created_ms INTEGER NOT NULL
   ) STRICT;
   CREATE TABLE pins (
     graph TEXT NOT NULL,
     node TEXT NOT NULL,
     x REAL NOT NULL,
     y REAL NOT NULL,
     z REAL NOT NULL,
     PRIMARY KEY (graph, node)
   ) STRICT, WITHOUT ROWID;`,
  `CREATE TABLE layout_params (
     graph TEXT NOT NULL,
     name TEXT NOT NULL,
     value REAL NOT NULL,
     PRIMARY KEY (graph, name)
   ) STRICT, WITHOUT ROWID;`,
  `CREATE TABLE changed_nodes (
     graph TEXT NOT NULL,
     node TEXT NOT NULL,
     removed INTEGER NOT NULL CHECK (removed IN (0, 1)),
     added TEXT,
     UNIQUE (graph, node)
   ) STRICT;
   CREATE TABLE changed_edges (
     graph TEXT NOT NULL,
     source TEXT NOT NULL,
     target TEXT NOT NULL,
     type TEXT NOT NULL,
     weight REAL,
     UNIQUE (graph, source, target, type)
   ) STRICT;
   CREATE INDEX changed_edges_target ON changed_edges (graph, target);`,
];
