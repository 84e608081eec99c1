/** The database of the data folder: opened safely, migrated, and speaking in sentences when it fails. */
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import * as v from "valibot";
import { FILE_MODE, fullDisk, makeDataFolder, makePrivate, refusedFile } from "./data_folder.ts";
import { migrations } from "./schema.ts";
import { StoreError } from "./store_error.ts";

export const DATABASE_FILE = "orrery.db";

/** How long a statement waits for another process that is writing. */
const BUSY_TIMEOUT_S = 2;

/** A prepared statement. Rows come unchecked: the caller parses them. */
export interface Statement {
  run(...values: SQLInputValue[]): { readonly changes: number };
  get(...values: SQLInputValue[]): unknown;
  all(...values: SQLInputValue[]): unknown[];
}

/** Every member throws `StoreError` where the user can do something about it. */
export interface Database {
  prepare(sql: string): Statement;
  /** Runs `work` as one write: all of it happens or none, and no other process writes in between. Not nestable. */
  transaction<T>(work: () => T): T;
  close(): void;
}

/**
 * Opens `folder/orrery.db`, creating the folder (0700) and the file (0600) where they are missing.
 *
 * A committed write survives the death of the process the moment the call returns (WAL); the death of the machine may
 * take the last moments with it but not the database (synchronous = NORMAL).
 * @throws StoreError
 */
export function openDatabase(folder: string): Database {
  const path = `${folder}/${DATABASE_FILE}`;
  makeDataFolder(folder);
  createPrivate(path);
  return wrap(path, mapping(path, () => openFile(path)));
}

/** Whether anything was kept in the folder yet. */
export function databaseExists(folder: string): boolean {
  try {
    return Deno.statSync(`${folder}/${DATABASE_FILE}`).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return false;
    throw refusedFile(`${folder}/${DATABASE_FILE}`, error);
  }
}

/** SQLite gives its -wal and -shm files the mode of the main file, so that is right before it opens. */
function createPrivate(path: string): void {
  try {
    Deno.openSync(path, { create: true, read: true, write: true, mode: FILE_MODE }).close();
    makePrivate(path);
  } catch (error) {
    throw refusedFile(path, error);
  }
}

function openFile(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { timeout: 1000 * BUSY_TIMEOUT_S });
  try {
    database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;");
    if (versionOf(database) !== migrations.length) inTransaction(database, () => migrate(database, path));
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Reads the version again inside the write lock: another process may have migrated meanwhile. */
function migrate(database: DatabaseSync, path: string): void {
  const version = versionOf(database);
  if (version > migrations.length) {
    const message = `${path} was written by a newer version (schema ${version}, this one knows ${migrations.length})`;
    throw new StoreError("newer", `${message}: update orrery or choose another folder with --data DIR.`);
  }
  for (const migration of migrations.slice(version)) database.exec(migration);
  database.exec(`PRAGMA user_version = ${migrations.length}`);
}

function versionOf(database: DatabaseSync): number {
  return v.parse(v.object({ user_version: v.number() }), database.prepare("PRAGMA user_version").get()).user_version;
}

function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    // A full disk rolls back by itself.
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

function wrap(path: string, database: DatabaseSync): Database {
  return {
    prepare(sql) {
      const statement = mapping(path, () => database.prepare(sql));
      return {
        run: (...values) => mapping(path, () => ({ changes: Number(statement.run(...values).changes) })),
        get: (...values) => mapping(path, () => statement.get(...values)),
        all: (...values) => mapping(path, () => statement.all(...values)),
      };
    },
    transaction: (work) => mapping(path, () => inTransaction(database, work)),
    close: () => database.close(),
  };
}

/** SQLite's own messages, which it keeps stable; the runtime passes result codes on for some calls only. */
const failures: readonly (readonly [RegExp, (path: string, reason: string) => StoreError])[] = [
  [
    /is not a database|is malformed|malformed database/,
    (path, reason) => new StoreError("damaged", damaged(path, reason)),
  ],
  [/disk is full/, (path) => new StoreError("full", fullDisk(path))],
  [/database is locked|table is locked/, (path) => new StoreError("busy", locked(path))],
  [/readonly database|unable to open|disk I\/O error/, refusedFile],
];

function mapping<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Error) || error instanceof StoreError) throw error;
    const failure = failures.find(([pattern]) => pattern.test(error.message));
    throw failure === undefined ? error : failure[1](path, error.message);
  }
}

function damaged(path: string, reason: string): string {
  return `${path} is damaged (${reason}): restore a backup, or move the file away to start with an empty one.`;
}

function locked(path: string): string {
  return `${path} is held by another process for more than ${BUSY_TIMEOUT_S} s: stop that process and try again.`;
}
