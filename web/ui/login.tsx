import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { useApp } from "./app_context.ts";
import { BrandMark } from "./brand.tsx";

export function Login({ notice }: { notice?: string }) {
  const { session } = useApp();
  const problem = useSignal<string | undefined>(undefined), busy = useSignal(false);
  const name = useRef<HTMLInputElement>(null), password = useRef<HTMLInputElement>(null);
  useEffect(() => name.current?.focus(), []);

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    if (busy.value || name.current === null || password.current === null) return;
    busy.value = true;
    problem.value = await session.signIn(name.current.value.trim(), password.current.value);
    busy.value = false;
    if (problem.value !== undefined) password.current?.select();
  }

  const message = problem.value ?? notice;
  return (
    <main class="gate">
      <form class="panel gate-card" onSubmit={submit} aria-labelledby="login-title">
        <span class="gate-mark">
          <BrandMark size={40} />
        </span>
        <h1 id="login-title">Sign in to Orrery</h1>
        <p class="muted">Or open the link that the server printed when it started.</p>
        <p class="form-message" role="alert">{message}</p>
        <label class="field">
          <span>User name</span>
          <input ref={name} name="username" autocomplete="username" required spellcheck={false} autocapitalize="none" />
        </label>
        <label class="field">
          <span>Password</span>
          <input ref={password} name="password" type="password" autocomplete="current-password" required />
        </label>
        <button class="button primary" type="submit" aria-disabled={busy.value}>
          {busy.value ? "Signing in…" : "Sign in"}
        </button>
      </form>
    </main>
  );
}

/** Shown while we do not know yet who is there. */
export function Gate({ title, detail, onRetry }: { title: string; detail?: string; onRetry?: () => void }) {
  return (
    <main class="gate">
      <div class="panel gate-card" role="status">
        <span class="gate-mark">
          <BrandMark size={40} />
        </span>
        <h1>{title}</h1>
        {detail !== undefined && <p class="muted">{detail}</p>}
        {onRetry !== undefined && <button class="button primary" type="button" onClick={onRetry}>Try again</button>}
      </div>
    </main>
  );
}
