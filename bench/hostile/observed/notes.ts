/** Pairs of numbers that an observed server leaves in files, since its figures must not wait for its own loop. */

/** Names the folder that a server under observation writes to. */
export const NOTES_FOLDER = "HOSTILE_NOTES";

export type NotesName = "frames" | "lateness";
export type Note = readonly [number, number];

/** Inside the server. Cost: one write of 16 bytes for each note. */
export function openNotes(name: NotesName): (...note: Note) => void {
  const folder = Deno.env.get(NOTES_FOLDER);
  if (folder === undefined) throw new TypeError(`Cannot take notes: ${NOTES_FOLDER} names no folder.`);
  const file = Deno.openSync(`${folder}/${name}`, { create: true, append: true });
  return (...note) => void file.writeSync(new Uint8Array(Float64Array.of(...note).buffer));
}

/** From outside: everything noted since the `skip`th. */
export async function readNotes(folder: string, name: NotesName, skip = 0): Promise<Note[]> {
  const bytes = await Deno.readFile(`${folder}/${name}`), whole = Math.floor(bytes.byteLength / 16);
  const values = new Float64Array(bytes.buffer, 0, 2 * whole), notes: Note[] = [];
  for (let at = 2 * skip; at < values.length; at += 2) notes.push([values[at], values[at + 1]]);
  return notes;
}
