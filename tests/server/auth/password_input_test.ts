import assert from "node:assert/strict";
import { promptNewPassword, readPasswordLine } from "../../../server/auth/password_input.ts";
import { createFakeStdin } from "../../helpers/fake_stdin.ts";

async function prompt(...chunks: string[]): Promise<{ password: string | Error; shown: string; raw: boolean[] }> {
  const stdin = createFakeStdin({ isTerminal: true, chunks });
  let shown = "";
  const password = await promptNewPassword(stdin, (text) => shown += text).catch((error: Error) => error);
  return { password, shown, raw: stdin.rawModes };
}

Deno.test("a password is asked for twice, unseen, and the terminal is put back", async () => {
  assert.deepEqual(await prompt("secret word\r", "secret word\r"), {
    password: "secret word",
    shown: "Password: \nOnce more: \n",
    raw: [true, false],
  });
});

Deno.test("both lines may come at once, or letter by letter", async () => {
  assert.equal((await prompt("abc\nabc\n")).password, "abc");
  assert.equal((await prompt(..."abc\rabc\r")).password, "abc");
});

Deno.test("backspace takes back one character, however many bytes it has", async () => {
  assert.equal((await prompt("\x7faß€\x7f\x7fb\x08c\r", "ac\r")).password, "ac");
});

Deno.test("two passwords that differ, cancelling, and the end of input change nothing", async () => {
  const refusal = async (...chunks: string[]) => {
    const { password, raw } = await prompt(...chunks);
    assert.ok(password instanceof Error);
    assert.deepEqual(raw, [true, false]);
    return `${password.name}: ${password.message}`;
  };
  const differ = "UserError: The two passwords differ: nothing was changed, try again.";
  const cancelled = "UserError: Cancelled: nothing was changed.";
  assert.equal(await refusal("secret word\r", "secret ward\r"), differ);
  assert.equal(await refusal("secret\x03"), cancelled);
  assert.equal(await refusal("secret\r", "\x04"), cancelled);
  assert.equal(await refusal("secret"), cancelled);
  assert.equal(await refusal("x".repeat(8193)), "UserError: The password is too long: 1024 characters at most.");
});

Deno.test("without a terminal there is no prompt", async () => {
  const stdin = createFakeStdin({ isTerminal: false, chunks: ["secret word\n"] });
  await assert.rejects(promptNewPassword(stdin, () => assert.fail("prompted")), {
    name: "UserError",
    message: "There is no terminal to ask for the password: pipe it in and add --password-stdin.",
  });
});

Deno.test("a piped password is the first line, in whatever pieces it comes", async () => {
  const read = (...chunks: string[]) => readPasswordLine(createFakeStdin({ isTerminal: false, chunks }));
  assert.equal(await read("secret word\nmore\n"), "secret word");
  assert.equal(await read("sec", "ret word\r", "\n"), "secret word");
  assert.equal(await read("no end"), "no end");
  assert.equal(await read(" spaces stay \n"), " spaces stay ");
  for (const chunks of [[], ["\n"], ["\r\n"]]) {
    await assert.rejects(read(...chunks), {
      name: "UserError",
      message: "Standard input holds no password: write it there as one line.",
    });
  }
  await assert.rejects(read("x".repeat(8193)), { message: "The password is too long: 1024 characters at most." });
});

Deno.test("bytes that are no text are refused", async () => {
  const stdin = createFakeStdin({ isTerminal: false, chunks: [Uint8Array.of(0xff, 0xfe, 10)] });
  await assert.rejects(readPasswordLine(stdin), {
    name: "UserError",
    message: "The password is not UTF-8 text: choose another or mend the pipe.",
  });
});
