/** The pages of `docs/protocol/` as tests read them. */
import { join } from "node:path";

export const page = (name: string) =>
  Deno.readTextFileSync(join(import.meta.dirname ?? "", "../../docs/protocol", name)).replaceAll("\r\n", "\n");

/** Rows of all tables, as trimmed cells. */
export function rowsOf(text: string): string[][] {
  const lines = text.split("\n").filter((line) => line.startsWith("| ") && !line.startsWith("| --"));
  return lines.map((line) => line.slice(1, -1).split("|").map((cell) => cell.trim()));
}

/** The rows of the table whose first heading is `first`, without the headings; the `nth` of several, from 0. */
export function tableOf(text: string, first: string, { nth = 0 } = {}): string[][] {
  const tables = text.split("\n\n").map(rowsOf).filter(([heading]) => heading?.[0] === first);
  if (tables[nth] === undefined) throw new RangeError(`There is no table ${nth} that begins with ${first}.`);
  return tables[nth].slice(1);
}

/** The messages of the page's blocks of hexadecimal digits: each line one, or with `joined` each block. */
export function hexOf(text: string, { joined }: { readonly joined: readonly number[] }): Uint8Array[] {
  const blocks = [...text.matchAll(/```\n([0-9a-f \n]+)\n```/g)].map(([, block]) => block);
  const messages = blocks.flatMap((block, index) => joined.includes(index) ? [block] : block.split("\n"));
  return messages.map((digits) => Uint8Array.from(digits.trim().split(/\s+/), (pair) => parseInt(pair, 16)));
}

/** Name with a small first letter → number, of the rows whose first cell is a hexadecimal number. */
export function numbered(rows: readonly string[][], nameAt: number): Map<string, number> {
  const found = rows.filter(([first]) => /^0x[0-9a-f]{2}$/.test(first));
  return new Map(found.map((row) => [row[nameAt][0].toLowerCase() + row[nameAt].slice(1), Number(row[0])]));
}

const SIZES: Record<string, number> = { u8: 1, u16: 2, u32: 4, i32: 4, f32: 4, f64: 8 };

/** Records end where the table's last field ends: its offsets and types, added up. @throws where they leave a gap. */
export function recordBytes(rows: readonly string[][]): number {
  let end = 0;
  for (const [offsets, field, type] of rows) {
    for (const offset of /^\d/.test(offsets) && type in SIZES ? offsets.split(", ") : []) {
      if (Number(offset) !== end) throw new RangeError(`${field} is at ${offset}, the field before it ends at ${end}.`);
      end += SIZES[type];
    }
  }
  return end;
}

/** The text of a rule, in one line. */
export function ruleOf(text: string, id: string): string {
  const found = new RegExp(`- \\*\\*${id}\\*\\* ([^]*?)(?=\\n- \\*\\*|\\n\\n|$)`).exec(text);
  if (found === null) throw new RangeError(`There is no rule ${id}.`);
  return found[1].replace(/\s+/g, " ");
}

/** The texts of the page's blocks of this language. */
export const blocksOf = (text: string, language: string): string[] =>
  [...text.matchAll(new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``, "g"))].map(([, block]) => block);

/** As the pages write a number. */
export const counted = (value: number) => value.toLocaleString("en");
